package kube

import (
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// objects reads YAML documents.
func objects(t *testing.T, text string) []*Object {
	t.Helper()
	var list []*Object
	for doc := range strings.SplitSeq(text, "\n---\n") {
		o := &Object{}
		data, err := yaml.YAMLToJSON([]byte(doc))
		if err == nil {
			err = o.UnmarshalJSON(data)
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		list = append(list, o)
	}
	return list
}

// around knows the objects of a list, which a cache gives in any order.
func around(list []*Object) *Around {
	return NewAround(func(kind string) []*Object {
		return slices.DeleteFunc(slices.Clone(list), func(o *Object) bool { return o.GetKind() != kind })
	})
}

func names(list []*Object) string {
	var all []string
	for _, o := range list {
		all = append(all, o.GetName())
	}
	return strings.Join(all, " ")
}

const shop = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, uid: d, generation: 3}
spec: {replicas: 2, template: {metadata: {labels: {app: shop, tier: front}}}}
status: {observedGeneration: 3, replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: shop-old
  uid: old
  creationTimestamp: "2026-01-02T00:00:00Z"
  annotations: {deployment.kubernetes.io/revision: "9"}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: shop, uid: d}]
spec: {replicas: 1, template: {metadata: {labels: {app: shop}}}}
status: {replicas: 1, readyReplicas: 1}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: shop-new
  uid: new
  creationTimestamp: "2026-01-01T00:00:00Z"
  annotations: {deployment.kubernetes.io/revision: "10"}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: shop, uid: d}]
---
apiVersion: v1
kind: Pod
metadata:
  name: shop-new-b
  labels: {app: shop}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: shop-new, uid: new}]
spec: {containers: [{name: web, ports: [{containerPort: 8080, name: http}, {containerPort: 9090}]}]}
status: {conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: shop-new-a
  labels: {app: other}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: shop-new, uid: new}]
---
apiVersion: v1
kind: Pod
metadata:
  name: shop-old-a
  labels: {app: shop}
  deletionTimestamp: "2026-01-02T00:00:00Z"
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: shop-old, uid: old}]
status: {conditions: [{type: Ready, status: "True"}]}`

// The newest version of a Deployment is that of the highest revision, as a number:
// an undo gives an old ReplicaSet a new one.
func TestOwners(t *testing.T) {
	list := objects(t, shop)
	deployment, old := list[0], list[1]
	in := around(list)
	if rs := NewestReplicaSet(deployment, in); rs == nil || rs.GetName() != "shop-new" {
		t.Errorf("the newest ReplicaSet is %v", rs)
	}
	if got := names(PodsOf(deployment, in)); got != "shop-new-a shop-new-b" {
		t.Errorf("the Deployment's pods are %s", got)
	}
	if got := names(PodsOf(old, in)); got != "shop-old-a" {
		t.Errorf("the old ReplicaSet's pods are %s", got)
	}
	for _, pod := range in.List("Pod") {
		by := SupersededBy(pod, in)
		if want := strings.HasPrefix(pod.GetName(), "shop-old"); want != (by != nil) {
			t.Errorf("%s is superseded by %v", pod.GetName(), by)
		}
	}
	if got := names(Makers(labels.SelectorFromSet(labels.Set{"app": "shop"}).Matches, in)); got != "shop" {
		t.Errorf("the makers are %q: a ReplicaSet of a Deployment is none", got)
	}
	if got := names(Selected(map[string]string{"app": "shop"}, in.List("Pod"))); got != "shop-new-b shop-old-a" {
		t.Errorf("selected %s", got)
	}
	if got := PodsOf(deployment, nil); got != nil {
		t.Errorf("with nothing known, the pods are %v", got)
	}
}

func TestOfOldVersion(t *testing.T) {
	list := objects(t, `
kind: StatefulSet
status: {updateRevision: db-2}
---
kind: DaemonSet
metadata: {annotations: {deprecated.daemonset.template.generation: "10"}}
---
kind: Pod
metadata: {labels: {controller-revision-hash: db-1, pod-template-generation: "9"}}
---
kind: Pod
metadata: {labels: {controller-revision-hash: db-2, pod-template-generation: "10"}}
---
kind: Pod`)
	for i, want := range []bool{true, false, false} {
		for _, owner := range list[:2] {
			if got := OfOldVersion(list[2+i], owner); got != want {
				t.Errorf("pod %d of the %s: %v", i, owner.GetKind(), got)
			}
		}
	}
}

func TestCopies(t *testing.T) {
	list := objects(t, shop+`
---
kind: DaemonSet
status: {desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 2, numberReady: 3, numberAvailable: 1}
---
kind: Deployment
status: {replicas: 1, readyReplicas: 1}`)
	for i, want := range map[int]Copies{
		0: {2, 3, 2, 2, 1},
		1: {1, 1, 1, 1, 0}, // of a ReplicaSet, all are of its version
		6: {3, 3, 2, 3, 1},
		7: {1, 1, 0, 1, 0}, // replicas is 1 where nobody says it
	} {
		if got := CopiesOf(list[i]); got != want {
			t.Errorf("%s: %+v, want %+v", NameOf(list[i]), got, want)
		}
	}
	if AllReady(list[0]) || !AllReady(list[7]) {
		t.Error("a pod too many is not what was asked for")
	}
}

func TestPods(t *testing.T) {
	pod := objects(t, `
kind: Pod
spec:
  initContainers: [{name: beside, restartPolicy: Always}, {name: before}]
  containers: [{name: web}, {name: again}]
status:
  initContainerStatuses: [{name: beside, state: {running: {}}}, {name: before, state: {running: {}}}]
  containerStatuses:
  - {name: web, state: {waiting: {reason: PodInitializing}}}
  - {name: again, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1}}}`)[0]
	if got := RunningInit(pod); got != "before" {
		t.Errorf("the pod waits for %q: a sidecar is not waited for", got)
	}
	for name, want := range map[string][3]bool{"web": {}, "before": {true, true, false}, "again": {false, true, true}, "nobody": {}} {
		if got := [3]bool{Runs(pod, name), Ran(pod, name), RanBefore(pod, name)}; got != want {
			t.Errorf("%s runs, ran, ran before: %v, want %v", name, got, want)
		}
	}
	list := objects(t, shop)
	if !Ready(list[3]) || Ready(list[4]) || Ready(list[5]) {
		t.Error("ready is who says so and isn't being deleted")
	}
}

func TestPorts(t *testing.T) {
	pod := objects(t, shop)[3]
	svc := objects(t, `
kind: Service
spec: {ports: [{name: main, port: 80}, {port: 443}]}`)[0]
	for port, want := range map[string]bool{"80": true, "main": true, "443": true, "8080": false, "http": false, "": false} {
		// A port without a name has the name "": nobody asks for that one by it.
		if got := ServicePort(svc, port) != nil; got != want && port != "" {
			t.Errorf("port %q: %v", port, got)
		}
	}
	if got := ServicePorts(svc); got != "80 (main), 443" {
		t.Errorf("the Service's ports are %s", got)
	}
	if got := PodPorts(pod); got != "8080 (http), 9090" {
		t.Errorf("the pod's ports are %s", got)
	}
	if http, other := PortNumber(pod, "http"), PortNumber(pod, "9090"); http != "8080" || other != "9090" {
		t.Errorf("the ports are %s and %s", http, other)
	}
}

// Most events have whole seconds only: those of one second are told apart by what
// the API server counts.
func TestEventsInOrder(t *testing.T) {
	list := objects(t, shop+`
---
kind: Event
metadata: {name: third, resourceVersion: "100"}
involvedObject: {kind: Pod, name: shop-new-a}
reason: BackOff
message: Back-off restarting
lastTimestamp: "2026-01-01T00:00:01Z"
---
kind: Event
metadata: {name: first, resourceVersion: "200"}
involvedObject: {kind: Pod, name: shop-new-a}
reason: BackOff
lastTimestamp: "2026-01-01T00:00:00Z"
---
kind: Event
metadata: {name: second, resourceVersion: "99"}
involvedObject: {kind: Pod, name: shop-new-a}
reason: Failed
message: no such image
eventTime: "2026-01-01T00:00:01.000000Z"
---
kind: Event
metadata: {name: another, resourceVersion: "300"}
involvedObject: {kind: Pod, name: shop-new-a, uid: an-earlier-pod}
reason: Failed
lastTimestamp: "2026-01-01T00:00:02Z"`)
	pod := list[4].DeepCopy()
	pod.SetUID("now")
	slices.Reverse(list)
	in := around(list)
	if got := names(in.List("Event")); got != "first second third another" {
		t.Errorf("the order is %s", got)
	}
	if e := LastEvent(pod, in, "BackOff", "Failed"); e == nil || e.GetName() != "third" {
		t.Errorf("the last event is %v: one of an earlier pod of the name doesn't count", e)
	}
	if e := EventSaying(pod, in, "Failed", "no such"); e == nil || e.GetName() != "second" {
		t.Errorf("the event is %v", e)
	}
	if e := EventSaying(pod, in, "Failed", "image"); e != nil {
		t.Errorf("%s doesn't begin so", e.GetName())
	}
}

func TestFields(t *testing.T) {
	o := objects(t, `
kind: ConfigMap
data: {text: a, whole: 3, half: 1.5, list: [{name: a}, b, {name: c}]}`)[0]
	for path, want := range map[string]int64{"whole": 3, "half": -1, "text": -1, "nowhere": -1} {
		if got := NumberOr(At(o.Object, "data"), path, -1); got != want {
			t.Errorf("%s is %d, want %d", path, got, want)
		}
	}
	if got := Text(o.Object, "data", "whole"); got != "" {
		t.Errorf("the number as a text is %q", got)
	}
	if got := len(Maps(o.Object, "data", "list")); got != 2 {
		t.Errorf("the list has %d maps", got)
	}
	if At(o.Object, "data", "text", "deeper") != nil {
		t.Error("a text has no fields")
	}
}

// What a controller writes into the status is no change; a start of a container is.
func TestWritten(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }
	o := objects(t, `
kind: Pod
metadata:
  creationTimestamp: "2026-01-01T00:00:00Z"
  managedFields: [{time: "2026-01-01T00:00:01Z"}, {time: "2026-01-01T00:00:09Z", subresource: status}]
status: {containerStatuses: [{name: a, state: {running: {startedAt: "2026-01-01T00:00:05Z"}}}]}`)[0]
	if got := Written(o); !got.Equal(at(5)) {
		t.Errorf("written at %s", got)
	}
	if got := Changed(o); !got.Equal(at(9)) {
		t.Errorf("changed at %s", got)
	}
	for now, want := range map[int]bool{0: true, 9: true, 10: false} {
		if _, fresh := Fresh(at(0), at(now), 10*time.Second); fresh != want {
			t.Errorf("fresh after %d s: %v", now, fresh)
		}
	}
	if _, fresh := Fresh(at(0).Add(24*time.Hour), at(0), 10*time.Second); fresh {
		t.Error("another clock's tomorrow is fresh")
	}
}
