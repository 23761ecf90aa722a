package checks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// clusterConfig is the real API server that the tests of the engine run against.
func clusterConfig(tb testing.TB) *rest.Config {
	tb.Helper()
	path := os.Getenv("KUBECTL_LEARN_TEST_KUBECONFIG")
	patience.Needs(tb, path != "", "a cluster that KUBECTL_LEARN_TEST_KUBECONFIG names")
	cfg, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		tb.Fatal(err)
	}
	return cfg
}

// lab is a namespace of a test's own on the real API server.
type lab struct {
	client    dynamic.Interface
	engine    *Engine
	namespace string
}

func newLab(tb testing.TB, cfg *rest.Config) lab {
	tb.Helper()
	direct := clusterConfig(tb)
	direct.QPS, direct.Burst = clientQPS, clientBurst
	client, err := dynamic.NewForConfig(direct)
	if err != nil {
		tb.Fatal(err)
	}
	engine, err := NewEngine(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(engine.Close)
	namespaces := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"})
	made, err := namespaces.Create(tb.Context(), &kube.Object{Object: document(tb, "{apiVersion: v1, kind: Namespace, metadata: {generateName: checks-test-}}")}, metav1.CreateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := namespaces.Delete(context.WithoutCancel(tb.Context()), made.GetName(), metav1.DeleteOptions{}); err != nil {
			tb.Error(err)
		}
	})
	return lab{client: client, engine: engine, namespace: made.GetName()}
}

func (l lab) resource(group, resource string) dynamic.ResourceInterface {
	gvr := schema.GroupVersionResource{Group: group, Version: "v1", Resource: resource}
	return l.client.Resource(gvr).Namespace(l.namespace)
}

func (l lab) create(tb testing.TB, group, resource, text string) {
	tb.Helper()
	if _, err := l.resource(group, resource).Create(tb.Context(), &kube.Object{Object: document(tb, text)}, metav1.CreateOptions{}); err != nil {
		tb.Fatal(err)
	}
}

func (l lab) delete(tb testing.TB, group, resource, name string) {
	tb.Helper()
	if err := l.resource(group, resource).Delete(tb.Context(), name, metav1.DeleteOptions{}); err != nil {
		tb.Fatal(err)
	}
}

// watching is a Watch running, whose reports are read one by one.
type watching struct {
	reports chan Results
	end     func() error
	// wait is for a Watch that ends by itself.
	wait func() error
}

func (l lab) watch(tb testing.TB, src string) watching {
	tb.Helper()
	return l.watchChecks(tb, parsed(tb, src))
}

func (l lab) watchChecks(tb testing.TB, cs []Check) watching {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	w := watching{reports: make(chan Results, 1000)}
	ended := make(chan error, 1)
	go func() {
		ended <- l.engine.Watch(ctx, l.namespace, cs, func(r Results) { w.reports <- r })
	}()
	w.wait = func() error { return <-ended }
	w.end = func() error { cancel(); return <-ended }
	tb.Cleanup(cancel)
	return w
}

// until reads reports until each check has the wanted verdict, and returns the last.
func (w watching) until(tb testing.TB, want ...Verdict) []Result {
	tb.Helper()
	deadline := time.NewTimer(patience.Limit())
	defer deadline.Stop()
	var last []Result
	for {
		select {
		case last = <-w.reports:
			if verdictsAre(last, want) {
				return last
			}
		case <-deadline.C:
			tb.Fatalf("the verdicts %v were never reported; last: %+v", want, verdictsOf(last))
		}
	}
}

func verdictsOf(results []Result) []string {
	var list []string
	for _, r := range results {
		list = append(list, r.Check.ID+": "+string(r.Verdict)+": "+r.Reason.EN)
	}
	return list
}

func verdictsAre(results []Result, want []Verdict) bool {
	for i, r := range results {
		if r.Verdict != want[i] {
			return false
		}
	}
	return len(results) == len(want)
}

const settingsMap = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: '1'}}"

func TestWatchFollowsChanges(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	w := l.watch(t, `
- {id: there, name: There, object: {kind: ConfigMap, name: settings}, match: {data: {a: 1}}}
- {id: gone, name: Gone, absent: {kind: ConfigMap, name: settings}}
- {id: typo, name: Typo, object: {kind: ConfigMpa, name: settings}}
`)
	first := w.until(t, Failed, Passed, Unknown)
	if want := "there is no ConfigMap settings in namespace " + l.namespace; first[0].Reason.EN != want {
		t.Errorf("reason %q, want %q", first[0].Reason.EN, want)
	}
	l.create(t, "", "configmaps", settingsMap)
	w.until(t, Passed, Failed, Unknown)
	l.delete(t, "", "configmaps", "settings")
	w.until(t, Failed, Passed, Unknown)
	if err := w.end(); !errors.Is(err, context.Canceled) {
		t.Errorf("Watch ended with %v, want context canceled", err)
	}
}

func TestLookFindsTheOtherKind(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	l.create(t, "", "secrets", "{apiVersion: v1, kind: Secret, metadata: {name: settings}}")
	results, err := l.engine.Look(t.Context(), l.namespace, parsed(t, settings))
	if err != nil {
		t.Fatal(err)
	}
	if want := "there is no ConfigMap settings, but there is a Secret with that name"; results[0].Reason.EN != want {
		t.Errorf("reason %q, want %q", results[0].Reason.EN, want)
	}
}

func TestLookSeesWhatWasJustWritten(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	for range 20 {
		l.create(t, "", "configmaps", settingsMap)
		if r, err := l.engine.Look(t.Context(), l.namespace, parsed(t, settings)); err != nil || r[0].Verdict != Passed {
			t.Fatalf("Look gave %v, %v; want passed", verdictsOf(r), err)
		}
		l.delete(t, "", "configmaps", "settings")
	}
}

// The image is one that the sandbox has too.
const webDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
`

func TestWatchAService(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	w := l.watch(t, `
- {id: ready, name: Ready, object: {kind: Deployment, name: web}, cel: object.status.readyReplicas == object.spec.replicas}
- {id: page, name: Page, http: {service: web, port: 80, times: 3}, cel: "responses.all(r, r.status == 200)"}
`)
	w.until(t, Failed, Failed)
	l.create(t, "apps", "deployments", webDeployment)
	w.until(t, Passed, Failed)
	l.create(t, "", "services", "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}")
	w.until(t, Passed, Passed)
	l.delete(t, "", "services", "web")
	last := w.until(t, Passed, Failed)
	if !strings.HasPrefix(last[1].Reason.EN, "there is no Service web") {
		t.Errorf("reason %q, want that there is no Service", last[1].Reason.EN)
	}
}

func TestWatchOutlivesTheLossOfTheAPI(t *testing.T) {
	g, cfg := newGate(t, clusterConfig(t))
	l := newLab(t, cfg)
	w := l.watch(t, settings)
	w.until(t, Failed)
	g.lock()
	lost := w.until(t, Unknown)
	if !strings.HasPrefix(lost[0].Reason.EN, "the API server can't be reached") {
		t.Errorf("reason %q, want that the API cannot be reached", lost[0].Reason.EN)
	}
	l.create(t, "", "configmaps", settingsMap)
	g.unlock()
	w.until(t, Passed)
}

// A learner changes something and the lesson looks at once: the cache of the
// watch may be a moment behind, which must not be told as a failure.
func TestWatchDoesNotBeginWithWhatWasTrueBefore(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	l.create(t, "", "configmaps", settingsMap)
	for i := range 30 {
		patch := fmt.Appendf(nil, `{"data":{"a":"round %d"}}`, i)
		if _, err := l.resource("", "configmaps").Patch(t.Context(), "settings", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		w := l.watch(t, fmt.Sprintf(`[{id: there, name: There, object: {kind: ConfigMap, name: settings}, match: {data: {a: round %d}}}]`, i))
		if first := patience.Receive(t, "a report", w.reports); first[0].Verdict != Passed {
			t.Fatalf("round %d: the first report is %v", i, verdictsOf(first))
		}
		if err := w.end(); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
}
