package daemon

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs"
)

// cluster is a control plane with its nodes.
type cluster struct {
	*controlplane.ControlPlane
	// nodes is closed when every node is ready.
	nodes <-chan struct{}
}

// assemble starts a cluster: the one place that knows all of its parts. When it
// fails, the caller ends ctx and waits for the cluster that it may have got.
func assemble(ctx context.Context, folder Folder, listener net.Listener, stage func(string), log *slog.Logger) (*cluster, error) {
	inside := network.New()
	plane, err := controlplane.Start(ctx, controlplane.Config{
		Dir:          folder.path,
		Listener:     listener,
		DialFromNode: inside.DialFromNode,
		Stage:        func(s controlplane.Stage) { stage(string(s)) },
		Log:          log,
	})
	if err != nil {
		return nil, err
	}
	c := &cluster{ControlPlane: plane}
	if err := inside.ForwardNode(controlplane.AdvertiseAddress, controlplane.AdvertisePort, plane.ServerAddress()); err != nil {
		return c, err
	}
	go func() {
		if err := inside.RunProxy(ctx, plane.Client()); err != nil && !errors.Is(err, context.Canceled) {
			log.Error("Services no longer lead to pods", "error", err)
		}
	}()
	c.serveIngresses(ctx, folder, inside, log)
	return c, c.startNode(ctx, folder, inside, log)
}

// startNode starts the one node that a sandbox has.
func (c *cluster) startNode(ctx context.Context, folder Folder, inside *network.Network, log *slog.Logger) error {
	name := nodeNames()[0]
	serving, err := c.KubeletTLS(name, network.NodeAddress(1))
	if err != nil {
		return err
	}
	dir := filepath.Join(folder.file("nodes"), name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	n, err := node.Start(ctx, node.Config{
		Name: name, Client: c.Client(), Network: inside, Catalog: programs.Catalog(), Dir: dir, TLS: serving, Log: log,
	})
	if err != nil {
		return err
	}
	c.nodes = n.Ready()
	return nil
}

// nodeNames are the nodes that every sandbox has.
func nodeNames() []string { return []string{"sandbox-1"} }
