package node_test

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// A node that is switched off leaves nothing running, not even the status
// manager, which upstream never ends.
func TestNodeLeavesNothingRunning(t *testing.T) {
	managers := func() int {
		all := make([]byte, 16<<20)
		return strings.Count(string(all[:runtime.Stack(all, true)]), "status.(*manager).Start.func")
	}
	before := managers()
	ctx, off := context.WithCancel(context.Background())
	n, err := node.Start(ctx, cluster.config(t, "sandbox-5", t.TempDir()))
	if err != nil {
		off()
		t.Fatal(err)
	}
	<-n.Ready()
	if got := managers(); got <= before {
		t.Errorf("%d status managers while the node is on, %d before: the test sees none", got, before)
	}
	off()
	<-n.Done()
	eventually(t, "the status manager to end", func() bool { return managers() == before })
	must(t, "delete", "node", "sandbox-5")
}
