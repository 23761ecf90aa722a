package ingress

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// hostPort is the controller's port on the machine's loopback.
type hostPort struct {
	cfg      Config
	listener net.Listener
	serving  sync.WaitGroup
}

func newHostPort(cfg Config) *hostPort { return &hostPort{cfg: cfg} }

// want opens or closes the port. If another program uses it, it takes a free
// one.
func (p *hostPort) want(ctx context.Context, open bool) error {
	switch {
	case open == (p.listener != nil):
		return nil
	case !open:
		p.close()
		return nil
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.cfg.Port)))
	if err != nil {
		l, err = config.Listen(ctx, "tcp4", "127.0.0.1:0")
	}
	if err != nil {
		return fmt.Errorf("failed to open a port for Ingresses: %w", err)
	}
	p.listener = l
	if at, ok := l.Addr().(*net.TCPAddr); ok {
		p.cfg.Listening(at.Port)
	}
	p.serving.Go(func() { p.serve(ctx, l) })
	return nil
}

func (p *hostPort) serve(ctx context.Context, l net.Listener) {
	_ = network.AcceptAll(ctx, l, func(c net.Conn) { p.forward(ctx, c) }) // until the port is closed
}

// forward connects a client to the controller inside the network, as a node
// port would.
func (p *hostPort) forward(ctx context.Context, c net.Conn) {
	defer p.cfg.Network.Used()()
	to, err := p.cfg.Network.DialFrom(ctx, p.cfg.NodeAddress, "tcp", net.JoinHostPort(Address, "80"))
	if err != nil {
		_ = c.Close()
		return
	}
	network.Splice(c, to)
}

func (p *hostPort) close() {
	if p.listener == nil {
		return
	}
	_ = p.listener.Close()
	p.listener = nil
	p.serving.Wait()
	p.cfg.Listening(0)
}
