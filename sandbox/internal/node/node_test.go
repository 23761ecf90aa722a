package node_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

const sleeper = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  terminationGracePeriodSeconds: 5
  containers: [{name: web, image: "web:1.0"}]
`

func TestNodeIsReady(t *testing.T) {
	if nodeReady > time.Second {
		t.Errorf("node ready after %v", nodeReady)
	}
	t.Logf("node ready after %v", nodeReady)
	out := must(t, "get", "nodes", "-o", "wide")
	for _, want := range []string{"sandbox-1", "Ready", "<none>", "v1.36.3", "10.0.0.11", "kubectl-learn sandbox (simulated pods)", "sandbox://"} {
		if !strings.Contains(out, want) {
			t.Errorf("get nodes: no %q in\n%s", want, out)
		}
	}
}

func TestPodRuns(t *testing.T) {
	begun := time.Now()
	ns := apply(t, sleeper)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	t.Logf("Ready %v after apply began", time.Since(begun))
	for path, want := range map[string]string{
		".status.phase":    "Running",
		".status.qosClass": "BestEffort",
		".status.hostIP":   "10.0.0.11",
		".status.containerStatuses[0].restartCount":                         "0",
		".status.containerStatuses[0].image":                                "docker.io/library/web:1.0",
		`.status.conditions[?(@.type=="PodReadyToStartContainers")].status`: "True",
		`.status.conditions[?(@.type=="Initialized")].status`:               "True",
	} {
		if got := jsonpath(t, ns, "pod/web", path); got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
	if got := must(t, "-n", ns, "logs", "web"); got != "listening\n" {
		t.Errorf("logs = %q", got)
	}
	if got := must(t, "-n", ns, "logs", "web", "--tail=0"); got != "" {
		t.Errorf("logs --tail=0 = %q", got)
	}
	events := must(t, "-n", ns, "get", "events")
	for _, want := range []string{
		`Container image "web:1.0" already present on machine and can be accessed by the pod`, "Container created", "Container started",
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no %q in\n%s", want, events)
		}
	}
	if strings.Contains(events, "Provider") {
		t.Errorf("events that no kubelet makes:\n%s", events)
	}
}
