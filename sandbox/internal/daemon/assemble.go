package daemon

import (
	"context"
	"errors"
	"log/slog"
	"net"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/idle"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs"
)

// cluster is a control plane with its nodes.
type cluster struct {
	*controlplane.ControlPlane
	nodes *fleet.Fleet
	// off is closed when all nodes are off.
	off chan struct{}
}

// whole is what a cluster is told and tells while it runs.
type whole struct {
	stage    func(string)
	settings func(Settings)
	nodes    func([]fleet.Node)
	use      *idle.Meter
	log      *slog.Logger
}

// assemble starts a cluster: the one place that knows all of its parts. When it
// fails, the caller ends ctx and waits for the cluster that it may have got.
func assemble(ctx context.Context, folder Folder, listener net.Listener, w whole) (*cluster, error) {
	inside := network.New()
	inside.OnUse(w.use.Begin)
	plane, err := controlplane.Start(ctx, controlplane.Config{
		Dir:          folder.path,
		Listener:     listener,
		DialFromNode: inside.DialFromNode,
		Stage:        func(s controlplane.Stage) { w.stage(string(s)) },
		Use:          w.use.Begin,
		Log:          w.log,
	})
	if err != nil {
		return nil, err
	}
	c := &cluster{ControlPlane: plane, off: make(chan struct{})}
	if err := inside.ForwardNode(controlplane.AdvertiseAddress, controlplane.AdvertisePort, plane.ServerAddress()); err != nil {
		close(c.off)
		return c, err
	}
	go func() {
		if err := inside.RunProxy(ctx, plane.Client()); err != nil && !errors.Is(err, context.Canceled) {
			w.log.Error("Services no longer lead to pods", "error", err)
		}
	}()
	c.serveIngresses(ctx, folder, inside, w.log)
	c.nodes = fleet.New(fleet.Config{
		Plane: plane, Network: inside, Catalog: programs.Catalog(), Dir: folder.file("nodes"), Changed: w.nodes, Log: w.log,
	})
	go c.runNodes(ctx, w)
	return c, nil
}

// runNodes runs the nodes that the settings want, until ctx is done.
func (c *cluster) runNodes(ctx context.Context, w whole) {
	defer close(c.off)
	err := watchSettings(ctx, c.Client(), w.log, func(s Settings) {
		w.settings(s)
		c.nodes.Want(s.fleet())
	})
	if err != nil {
		return // ctx is done
	}
	c.nodes.Run(ctx)
}
