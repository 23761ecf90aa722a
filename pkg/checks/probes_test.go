package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const talkingPods = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: talk, annotations: {kubernetes.io/change-cause: first}}
spec:
  replicas: 2
  selector: {matchLabels: {app: talk}}
  template:
    metadata: {labels: {app: talk}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - {name: talk, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, "echo hello from $HOSTNAME; sleep 3600"]}
`

// Every probe that asks something of a real API server, through Watch and Look.
func TestProbesOnARealCluster(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	const src = `
- {id: log, name: Log, logs: {deployment: talk}, cel: "log.startsWith('hello from talk-')"}
- {id: tail, name: Tail, logs: {selector: app=talk, tail: 1}, cel: lines.size() == 1}
- {id: exec, name: Exec, exec: {selector: app=talk, command: [sh, -c, "echo out; echo err >&2; exit 3"]}, cel: exitCode == 3 && stdout == "out\n" && stderr == "err\n"}
- {id: zero, name: Zero, exec: {deployment: talk, command: [cat, /etc/hostname]}}
- {id: event, name: Event, events: {kind: Pod, reason: Started, type: Normal, min: 2}}
- {id: roll, name: Roll, rollout: {name: talk}}
- {id: revision, name: Revision, rollout: {name: talk}, cel: "revision.number == 1 && revision.images == ['busybox'] && revision.ready == 2 && revisions.size() == 1"}
`
	w := l.watch(t, src)
	w.until(t, slices.Repeat([]Verdict{Failed}, 7)...)
	l.create(t, "apps", "deployments", talkingPods)
	w.until(t, slices.Repeat([]Verdict{Passed}, 7)...)
	results, err := l.engine.Look(t.Context(), l.namespace, parsed(t, src))
	if err != nil || !verdictsAre(results, slices.Repeat([]Verdict{Passed}, 7)) {
		t.Errorf("Look gave %v, %v", verdictsOf(results), err)
	}
	for _, tt := range []struct{ src, verdict, reason string }{
		{"exec: {deployment: talk, command: [no-such-program]}", "", ""},
		{"exec: {deployment: talk, command: [sh, -c, 'echo why >&2; exit 2']}", "failed", "exited with code 2; last output: why"},
		{"exec: {deployment: talk, command: [sleep, '60'], timeout: 300ms}", "failed", "didn't finish in time"},
		{"exec: {deployment: talk, container: tlak, command: [ls]}", "failed", "has no container tlak; it has talk"},
		{"exec: {selector: app=none, command: [ls]}", "failed", "no container is running in the pods with labels app=none"},
		{"exec: {pod: talk, command: [ls]}", "failed", "there is no Pod talk"},
		{"logs: {deployment: talk, previous: true}\n  cel: log != ''", "", "no container of the pods of Deployment talk has been restarted"},
		{"exec: {deployment: talk, command: [sh, -c, 'i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done']}\n  cel: stdout.size() > 100000", "failed", "only 64 KiB of it were checked"},
	} {
		t.Run(tt.src, func(t *testing.T) {
			results, err := l.engine.Look(t.Context(), l.namespace, parsed(t, "- id: a\n  name: A\n  grace: 0s\n  "+tt.src))
			if err != nil {
				t.Fatal(err)
			}
			r := results[0]
			if r.Verdict == Passed || tt.verdict != "" && string(r.Verdict) != tt.verdict || !strings.Contains(r.Reason.EN, tt.reason) {
				t.Errorf("%s, %q; want %s, %q", r.Verdict, r.Reason.EN, tt.verdict, tt.reason)
			}
		})
	}
}

// The newest of a log is looked at, however long the log is, and however long its
// lines are. The words are quoted apart, so that the manifest does not hold them.
func TestLongLogsOnARealCluster(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	for name, script := range map[string]string{
		"lines": "seq 1 700000",
		"wide":  "head -c 20000000 /dev/zero | tr '\\0' x; echo",
	} {
		l.create(t, "", "pods", fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {terminationGracePeriodSeconds: 1, containers: "+
			"[{name: talk, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, %q]}]}}", name, "echo the first; "+script+"; echo the 'la'st; sleep 3600"))
	}
	w := l.watch(t, `
- {id: lines, name: Lines, logs: {pod: lines}, cel: "lines[lines.size() - 1] == 'the last' && lines[lines.size() - 2] == '700000' && lines.size() > 8000 && !('the first' in lines)"}
- {id: wide, name: Wide, logs: {pod: wide}, cel: "lines[lines.size() - 1] == 'the last'"}
- {id: tail, name: Tail, logs: {pod: lines, tail: 2}, cel: "log == '700000\\nthe last\\n'"}
`)
	w.until(t, Passed, Passed, Passed)
}

const gadgetDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              doors:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [floor, side]
                items:
                  type: object
                  required: [floor, side]
                  properties: {floor: {type: integer}, side: {type: string}, color: {type: string}}
              tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}
              words: {type: array, items: {type: string}}
`

// Custom resources are compared as their definition says, and built-in ones as
// Kubernetes' own types do.
func TestMatchByTheAPIsOwnKeys(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	group := l.namespace + ".example.com"
	definitions := l.client.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	if _, err := definitions.Create(t.Context(), &kube.Object{Object: document(t, strings.ReplaceAll(gadgetDefinition, "GROUP", group))}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := definitions.Delete(context.WithoutCancel(t.Context()), "gadgets."+group, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	made := fmt.Sprintf(`{apiVersion: %s/v1, kind: Gadget, metadata: {name: g}, spec: {tags: [red, green], words: [one, two],
		doors: [{floor: 1, side: left, color: blue}, {floor: 1, side: right, color: red}]}}`, group)
	deadline := time.Now().Add(patience.Limit())
	for {
		_, err := l.resource(group, "gadgets").Create(t.Context(), &kube.Object{Object: document(t, made)}, metav1.CreateOptions{})
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		timing.Pause(t.Context(), 50*time.Millisecond)
	}
	l.create(t, "", "services", "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: a, port: 80}, {name: b, port: 81, protocol: UDP}]}}")
	src := func(match string) string {
		return "- {id: g, name: G, object: {kind: Gadget, name: g}, match: {spec: " + match + "}}\n"
	}
	service := "- {id: s, name: S, object: {kind: Service, name: web}, match: {spec: {ports: [{port: 81, protocol: UDP, name: c}]}}}\n"
	tests := map[string]struct{ src, want string }{
		"a set":          {src("{tags: [green, red]}"), ""},
		"a list":         {src("{words: [two, one]}"), `spec.words is ["one","two"], wanted ["two","one"]`},
		"by keys":        {src("{doors: [{side: right, floor: 1, color: red}]}"), ""},
		"by keys, wrong": {src("{doors: [{side: right, floor: 1, color: blue}]}"), `spec.doors[floor=1,side=right].color is red, wanted blue`},
		"built-in":       {service, "spec.ports[port=81,protocol=UDP].name is b, wanted c"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			// What the API says of a new kind comes a moment after the kind itself.
			for {
				results, err := l.engine.Look(t.Context(), l.namespace, parsed(t, tt.src))
				if err != nil {
					t.Fatal(err)
				}
				if results[0].Reason.EN == tt.want {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("reason %q, want %q", results[0].Reason.EN, tt.want)
				}
				timing.Pause(t.Context(), 200*time.Millisecond)
			}
		})
	}
}
