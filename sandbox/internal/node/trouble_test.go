package node_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

func TestCrashLoop(t *testing.T) {
	ns := apply(t, `
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec: {containers: [{name: app, image: "web:1.0", command: [exit, "3"]}]}
`)
	const status = ".status.containerStatuses[0]"
	eventually(t, "CrashLoopBackOff", func() bool {
		return jsonpath(t, ns, "pod/broken", status+".state.waiting.reason") == "CrashLoopBackOff"
	})
	for path, want := range map[string]string{
		status + ".lastState.terminated.exitCode":       "3",
		status + ".lastState.terminated.reason":         "Error",
		status + ".restartCount":                        "1",
		status + ".ready":                               "false",
		".status.phase":                                 "Running",
		`.status.conditions[?(@.type=="Ready")].reason`: "ContainersNotReady",
	} {
		if got := jsonpath(t, ns, "pod/broken", path); got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
	message := jsonpath(t, ns, "pod/broken", status+".state.waiting.message")
	if !strings.HasPrefix(message, "back-off 10s restarting failed container=app pod=broken_"+ns+"(") {
		t.Errorf("message %q", message)
	}
	for _, args := range [][]string{{"logs", "broken"}, {"logs", "broken", "--previous"}} {
		if got := must(t, append([]string{"-n", ns}, args...)...); got != "giving up\n" {
			t.Errorf("%v = %q", args, got)
		}
	}
	if events := must(t, "-n", ns, "get", "events"); !strings.Contains(events, "Back-off restarting failed container app in pod broken_") {
		t.Errorf("no back-off in\n%s", events)
	}
	eventually(t, "the second restart after 10 s", func() bool {
		count, err := strconv.Atoi(jsonpath(t, ns, "pod/broken", status+".restartCount"))
		return err == nil && count >= 2
	})
	must(t, "-n", ns, "delete", "pod", "broken", "--timeout="+patience.Limit().String())
}

func TestUnknownImage(t *testing.T) {
	ns := apply(t, `
apiVersion: v1
kind: Pod
metadata: {name: typo}
spec: {containers: [{name: app, image: "wep:1.0"}]}
`)
	eventually(t, "ImagePullBackOff", func() bool {
		return jsonpath(t, ns, "pod/typo", ".status.containerStatuses[0].state.waiting.reason") == "ImagePullBackOff"
	})
	events := must(t, "-n", ns, "get", "events")
	for _, want := range []string{
		`Pulling image "wep:1.0"`,
		`Failed to pull image "wep:1.0": failed to pull and unpack image "docker.io/library/wep:1.0": failed to resolve reference`,
		"not found; the sandbox has no \"wep\", but it has \"web\"", "Error: ErrImagePull", `Back-off pulling image "wep:1.0"`, "Error: ImagePullBackOff",
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no %q in\n%s", want, events)
		}
	}
	_, errs, _ := kubectl(t, "-n", ns, "logs", "typo")
	if !strings.Contains(errs, `container "app" in pod "typo" is waiting to start: trying and failing to pull image`) {
		t.Errorf("logs: %q", errs)
	}
	must(t, "-n", ns, "set", "image", "pod/typo", "app=web:1.0")
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/typo", "--timeout="+patience.Limit().String())
}

func TestDeleteWithGrace(t *testing.T) {
	ns := apply(t, sleeper+`---
apiVersion: v1
kind: Pod
metadata: {name: deaf}
spec: {terminationGracePeriodSeconds: 2, containers: [{name: deaf, image: "web:1.0", command: [sleep]}]}
`)
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod", "--all", "--timeout="+patience.Limit().String())
	// Without an end of its own, or a grace of its own, a pod is given 30 s.
	const given = 25 * time.Second
	begun := time.Now()
	must(t, "-n", ns, "delete", "pod", "web")
	if d := time.Since(begun); d > given {
		t.Errorf("a pod that handles SIGTERM took %v", d)
	}
	begun = time.Now()
	must(t, "-n", ns, "delete", "pod", "deaf")
	if d := time.Since(begun); d < 2*time.Second || d > given {
		t.Errorf("a pod that does not handle SIGTERM took %v, its grace is 2s", d)
	}
	eventually(t, "the event of the end", func() bool { return strings.Contains(must(t, "-n", ns, "get", "events"), "Stopping container web") })
}

// A pod that the node is ending already goes when it is deleted by force.
func TestDeletedWhileEnding(t *testing.T) {
	ns := apply(t, `
apiVersion: v1
kind: Pod
metadata: {name: late}
spec: {activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 3600, containers: [{name: app, image: "web:1.0", command: [sleep]}]}
`)
	uid := jsonpath(t, ns, "pod/late", ".metadata.uid")
	eventually(t, "the node to end it", func() bool { return strings.Contains(must(t, "-n", ns, "get", "events"), "Stopping container app") })
	must(t, "-n", ns, "delete", "pod", "late", "--force", "--timeout="+patience.Limit().String())
	eventually(t, "its folder to go", func() bool {
		_, err := os.Stat(filepath.Join(nodeDir, "pods", uid))
		return errors.Is(err, fs.ErrNotExist)
	})
}

func TestMissingProgram(t *testing.T) {
	ns := apply(t, `
apiVersion: v1
kind: Pod
metadata: {name: none}
spec: {restartPolicy: Never, containers: [{name: app, image: "web:1.0", command: [nginx]}]}
`)
	eventually(t, "StartError", func() bool {
		return jsonpath(t, ns, "pod/none", ".status.containerStatuses[0].state.terminated.reason") == "StartError"
	})
	if got := jsonpath(t, ns, "pod/none", ".status.phase"); got != "Failed" {
		t.Errorf("phase %q", got)
	}
}
