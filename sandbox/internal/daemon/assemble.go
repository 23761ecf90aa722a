package daemon

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

// cluster is a control plane with its nodes.
type cluster struct {
	*controlplane.ControlPlane
	nodes *nodehost.Host
}

// whole is what assemble needs to start a cluster, and the callbacks for what
// happens.
type whole struct {
	// program is this program, build the version that it was built as.
	program, build string
	stage          func(string)
	settings       func(Settings)
	nodes          func([]fleet.Node)
	// running returns the nodes as last reported.
	running func() []fleet.Node
	process func(pid int, c nodehost.Confinement)
	held    func([]nodehost.HeldPod)
	// memory is how many bytes the nodes may use.
	memory int64
	use    *meter
	log    *slog.Logger
	output io.Writer
}

// assemble starts a cluster: the one place that knows all of its parts. If it
// fails, the caller ends ctx and waits for the returned cluster, if any. The
// nodes' process and the control plane start in parallel, since both are slow.
func assemble(ctx context.Context, folder Folder, listener net.Listener, w whole) (*cluster, error) {
	if err := folder.writeIngress(0); err != nil {
		return nil, err
	}
	c := &cluster{}
	c.nodes = nodehost.Start(ctx, nodehost.Config{
		Program: w.program, Build: w.build, Dir: folder.file("nodes"), Memory: w.memory,
		Nodes: w.nodes, Process: w.process, Use: w.use.Begin, Log: w.log, Output: w.output,
		Ingress: func(port int) {
			if err := folder.writeIngress(port); err != nil {
				w.log.Error("failed to record the port for Ingresses", "error", err)
			}
		},
		Held:  w.held,
		Ended: func(crash nodehost.Crash) { c.tellOfCrash(ctx, w.running(), crash, w.log) },
	})
	plane, err := controlplane.Start(ctx, controlplane.Config{
		Dir:          folder.path,
		Listener:     listener,
		DialFromNode: c.nodes.DialFromNode,
		Stage:        func(s controlplane.Stage) { w.stage(string(s)) },
		Use:          w.use.Begin,
		Log:          w.log,
	})
	if err != nil {
		return c, err
	}
	c.ControlPlane = plane
	if err := c.nodes.Boot(plane); err != nil {
		return c, err
	}
	go c.runNodes(ctx, w)
	return c, nil
}

// runNodes runs the nodes that the settings ask for, once these are known: the
// defaults could remove nodes.
func (c *cluster) runNodes(ctx context.Context, w whole) {
	var mu sync.Mutex
	var last Settings
	known := false
	err := watchSettings(ctx, c.Client(), w.log, func(s Settings) {
		mu.Lock()
		defer mu.Unlock()
		w.settings(s)
		if last = s; known {
			c.nodes.Want(s.fleet())
		}
	})
	if err != nil {
		return // ctx is done
	}
	mu.Lock()
	defer mu.Unlock()
	known = true
	c.nodes.Want(last.fleet())
}
