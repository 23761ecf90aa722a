package node_test

import (
	"strings"
	"testing"
)

const ends = `
apiVersion: v1
kind: Pod
metadata: {name: panics}
spec: {restartPolicy: Never, containers: [{name: c, image: "web:1.0", command: [panic]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: fallback}
spec: {restartPolicy: Never, containers: [{name: c, image: "web:1.0", command: [exit, "4"], terminationMessagePolicy: FallbackToLogsOnError}]}
---
apiVersion: v1
kind: Pod
metadata: {name: hook}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: c, image: "web:1.0", lifecycle: {postStart: {exec: {command: [exit, "7"]}}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: late}
spec: {activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 0, containers: [{name: c, image: "web:1.0", command: [sleep]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: init}
spec: {initContainers: [{name: i, image: "web:1.0", command: [exit, "5"]}], containers: [{name: c, image: "web:1.0"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: sidecars}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 1
  initContainers:
  - {name: first, image: "web:1.0", restartPolicy: Always}
  - {name: deaf, image: "web:1.0", command: [sleep], restartPolicy: Always}
  containers: [{name: c, image: "web:1.0", command: [echo, done]}]
---
apiVersion: v1
kind: Pod
metadata: {name: rules}
spec:
  restartPolicy: Never
  containers:
  - name: c
    image: "web:1.0"
    command: [exit, "42"]
    restartPolicy: Never
    restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
`

// TestEnds wants of each pod what a real node reports of it.
func TestEnds(t *testing.T) {
	ns := apply(t, ends)
	const c, last = ".status.containerStatuses[0].state.", ".status.containerStatuses[0].lastState."
	for _, test := range []struct{ pod, path, want string }{
		{"panics", c + "terminated.exitCode", "2"},
		{"panics", c + "terminated.reason", "Error"},
		{"fallback", c + "terminated.message", "giving up\n"},
		{"hook", c + "waiting.reason", "PostStartHookError"},
		{"hook", c + "waiting.reason", "CrashLoopBackOff"},
		{"hook", last + "terminated.reason", "Completed"},
		{"late", ".status.phase", "Failed"},
		{"late", ".status.reason", "DeadlineExceeded"},
		{"late", ".status.message", "Pod was active on the node longer than the specified deadline"},
		{"late", c + "terminated.exitCode", "137"},
		{"init", ".status.initContainerStatuses[0].state.waiting.reason", "CrashLoopBackOff"},
		{"init", `.status.conditions[?(@.type=="Initialized")].status`, "False"},
		{"sidecars", ".status.phase", "Succeeded"},
		{"sidecars", ".status.initContainerStatuses[0].state.terminated.exitCode", "0"},
		{"sidecars", ".status.initContainerStatuses[1].state.terminated.exitCode", "137"},
		{"rules", ".status.containerStatuses[0].restartCount", "1"},
		{"rules", last + "terminated.exitCode", "42"},
	} {
		eventually(t, test.pod+test.path+" to be "+test.want, func() bool {
			return jsonpath(t, ns, "pod/"+test.pod, test.path) == test.want
		})
	}
	if got := must(t, "-n", ns, "get", "pod", "init"); !strings.Contains(got, "Init:CrashLoopBackOff") {
		t.Errorf("get pod:\n%s", got)
	}
	if got := must(t, "-n", ns, "logs", "panics"); !strings.HasPrefix(got, "panic: out of cheese") || !strings.Contains(got, "goroutine") {
		t.Errorf("logs of what panicked: %q", got)
	}
	events := must(t, "-n", ns, "get", "events")
	for _, want := range []string{
		"PostStartHook failed", "FailedPostStartHook", "Pod was active on the node longer than the specified deadline",
		"Stopping container first", "Stopping container deaf",
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no %q in\n%s", want, events)
		}
	}
}
