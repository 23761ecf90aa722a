package node_test

import (
	"context"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// TestNodeRestart switches a second node off and on again.
func TestNodeRestart(t *testing.T) {
	cfg := cluster.config(t, "sandbox-2", t.TempDir())
	boot := func() (*node.Node, context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.Background())
		n, err := node.Start(ctx, cfg)
		if err != nil {
			cancel()
			t.Fatal(err)
		}
		select {
		case <-n.Ready():
		case <-n.Done():
			t.Errorf("node stopped: %v", n.Err())
		}
		return n, cancel
	}
	n, off := boot()
	ns := apply(t, strings.Replace(sleeper, "containers:", "nodeName: sandbox-2\n  containers:", 1))
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	if ip := jsonpath(t, ns, "pod/web", ".status.podIP"); !strings.HasPrefix(ip, "10.244.1.") {
		t.Errorf("address %s on the second node", ip)
	}
	off()
	<-n.Done()
	if got := jsonpath(t, ns, "pod/web", ".status.phase"); n.Err() != nil || got != "Running" {
		t.Errorf("after switching off: phase %s, error %v", got, n.Err())
	}
	n, off = boot()
	const status = ".status.containerStatuses[0]"
	eventually(t, "the restart", func() bool { return jsonpath(t, ns, "pod/web", status+".restartCount") >= "1" })
	must(t, "-n", ns, "wait", "--for=condition=Ready", "pod/web", "--timeout="+patience.Limit().String())
	if got := jsonpath(t, ns, "pod/web", status+".lastState.terminated.reason"); got != "Unknown" {
		t.Errorf("last state %q", got)
	}
	if got := must(t, "-n", ns, "logs", "web", "--previous"); !strings.HasPrefix(got, "listening\n") {
		t.Errorf("previous logs %q", got)
	}
	must(t, "-n", ns, "delete", "pod", "web", "--timeout="+patience.Limit().String())
	must(t, "delete", "node", "sandbox-2")
	off()
	<-n.Done()
}
