package fleet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// member is a running node.
type member struct {
	name   string
	number int
	node   *node.Node
	cancel context.CancelFunc
}

// start turns a node on. It becomes ready later.
func (f *Fleet) start(ctx context.Context, name string) error {
	number, ok := Number(name)
	if !ok {
		return fmt.Errorf("failed to start node %q: invalid name", name)
	}
	on, cancel := context.WithCancel(ctx)
	n, err := f.boot(on, name, number)
	if err != nil {
		cancel()
		return err
	}
	m := &member{name: name, number: number, node: n, cancel: cancel}
	f.mu.Lock()
	f.members[name] = m
	f.mu.Unlock()
	go f.follow(on, m)
	return nil
}

func (f *Fleet) boot(ctx context.Context, name string, number int) (*node.Node, error) {
	ip := network.NodeAddress(number)
	serving, err := f.cfg.Plane.KubeletTLS(name, ip)
	if err != nil {
		return nil, err
	}
	client, err := f.cfg.Plane.NodeClient(func(next http.RoundTripper) http.RoundTripper { return plug{ctx, next} })
	if err != nil {
		return nil, fmt.Errorf("failed to make a client for node %q: %w", name, err)
	}
	if err := os.MkdirAll(f.dir(name), 0o700); err != nil {
		return nil, fmt.Errorf("failed to make the folder of node %q: %w", name, err)
	}
	f.cfg.Network.SwitchOn(ip)
	return node.Start(ctx, node.Config{
		Name: name, Client: client, Network: f.cfg.Network, Catalog: f.cfg.Catalog, Dir: f.dir(name), TLS: serving,
		Held: f.cfg.Held, Log: f.cfg.Log,
	})
}

// follow reports when a node is ready, and has it restarted if it stops
// unexpectedly.
func (f *Fleet) follow(ctx context.Context, m *member) {
	select {
	case <-m.node.Ready():
		if ctx.Err() == nil {
			f.set(m.name, Running)
			f.settled()
		}
		<-m.node.Done()
	case <-m.node.Done():
	}
	if ctx.Err() == nil {
		f.cfg.Log.Error("a node stopped unexpectedly", "node", m.name, "error", m.node.Err())
		f.set(m.name, Starting)
		f.wake()
	}
}

// stop turns a node off, as if its plug were pulled: first the network to it is
// cut, including its way to the API server, then its programs end.
func (f *Fleet) stop(m *member) {
	f.cfg.Network.SwitchOff(network.NodeAddress(m.number))
	m.cancel()
	<-m.node.Done()
	f.mu.Lock()
	delete(f.members, m.name)
	f.mu.Unlock()
}

func (f *Fleet) stopAll() {
	for _, m := range f.members {
		m.cancel()
	}
	for _, m := range f.members {
		<-m.node.Done()
	}
}

var errUnplugged = errors.New("the node is switched off")

// plug lets a node's requests through while it is on.
type plug struct {
	on   context.Context
	next http.RoundTripper
}

func (p plug) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.on.Err() != nil {
		return nil, errUnplugged
	}
	return p.next.RoundTrip(r)
}
