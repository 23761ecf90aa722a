package node_test

import (
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

func TestProbes(t *testing.T) {
	ns := apply(t, `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: web
    image: web:1.0
    startupProbe: {exec: {command: [echo, up]}, periodSeconds: 1}
    readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1, failureThreshold: 1}
    livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}
---
apiVersion: v1
kind: Pod
metadata: {name: dead}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: web
    image: web:1.0
    livenessProbe: {exec: {command: [exit, "1"]}, periodSeconds: 1, failureThreshold: 2}
`)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	must(t, "-n", ns, "exec", "web", "--", "touch", "/tmp/sick")
	must(t, "-n", ns, "wait", "--for=condition=Ready=false", "pod/web", "--timeout="+patience.Limit().String())
	eventually(t, "the restart of what is not alive", func() bool {
		return jsonpath(t, ns, "pod/dead", ".status.containerStatuses[0].restartCount") == "1"
	})
	events := must(t, "-n", ns, "get", "events")
	for _, want := range []string{
		"Readiness probe failed: HTTP probe failed with statuscode: 500",
		"Liveness probe failed: giving up",
		"Container web failed liveness probe, will be restarted",
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no %q in\n%s", want, events)
		}
	}
	if got := jsonpath(t, ns, "pod/web", ".status.containerStatuses[0].restartCount"); got != "0" {
		t.Errorf("a pod that is not ready was restarted %s times", got)
	}
}

func TestJob(t *testing.T) {
	ns := apply(t, `
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: "web:1.0", command: [echo, done]}]}}}
`)
	must(t, "-n", ns, "wait", "--for=condition=Complete", "job/once", "--timeout="+patience.Limit().String())
	if got := must(t, "-n", ns, "logs", "job/once"); got != "done\n" {
		t.Errorf("logs of a finished pod: %q", got)
	}
	if got := must(t, "-n", ns, "get", "pods"); !strings.Contains(got, "Completed") {
		t.Errorf("get pods:\n%s", got)
	}
}
