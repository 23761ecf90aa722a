package main

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// killsEnv is how often TestNodesKilled kills.
const killsEnv = "KUBECTL_LEARN_TEST_KILLS"

// The process of the nodes is killed at any moment, again and again: a client of
// the API notices nothing, and all pods are back in the end.
func TestNodesKilled(t *testing.T) {
	kills := 4
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	bin, home := program(t), t.TempDir()
	env := append(os.Environ(), "KUBECTL_LEARN_HOME="+home)
	sandbox := func(ctx context.Context, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, bin, args...)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := sandbox(t.Context(), args...)
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return out
	}
	must("up", "--port", strconv.Itoa(20000+rand.IntN(10000)))
	t.Cleanup(func() { _, _ = sandbox(context.WithoutCancel(t.Context()), "down") })
	must("kubectl", "create", "deployment", "web", "--image=nginx:1.28-alpine", "--replicas=5")
	must("kubectl", "rollout", "status", "deployment/web", "--timeout=2m")
	daemon := runOf(t, home).PID

	done := make(chan struct{})
	failed := make(chan string, 1)
	go func() {
		defer close(failed)
		for {
			select {
			case <-done:
				return
			default:
			}
			if out, err := sandbox(t.Context(), "kubectl", "get", "pods", "--request-timeout=10s"); err != nil {
				failed <- out
				return
			}
		}
	}()
	for i := range kills {
		pid := awaitNodes(t, home)
		time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
		process, err := os.FindProcess(pid)
		if err == nil {
			err = process.Kill()
		}
		if err != nil {
			t.Fatalf("kill %d of process %d: %v", i, pid, err)
		}
		waitUntil(t, "the process to be noticed as gone", func() bool { return runOf(t, home).NodesPID != pid })
	}
	close(done)
	if out := <-failed; out != "" {
		t.Errorf("the API failed: %s", out)
	}
	awaitNodes(t, home)
	must("kubectl", "rollout", "status", "deployment/web", "--timeout=3m")
	waitUntil(t, "all pods to be back", func() bool {
		return strings.Count(must("kubectl", "get", "pods", "--no-headers"), " 1/1 ") == 5
	})
	if now := runOf(t, home).PID; now != daemon {
		t.Errorf("the control plane is process %d now, and was %d", now, daemon)
	}
}

func runOf(t *testing.T, home string) run {
	t.Helper()
	var r run
	data, err := os.ReadFile(filepath.Join(home, "sandbox", "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// awaitNodes returns the process of the nodes when there is one.
func awaitNodes(t *testing.T, home string) (pid int) {
	t.Helper()
	waitUntil(t, "the nodes' process", func() bool {
		pid = runOf(t, home).NodesPID
		return pid != 0
	})
	return pid
}

func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
