package checks

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
)

// gate is a door to the API server that a test can shut.
type gate struct {
	t        testing.TB
	to, addr string

	mu       sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
}

func newGate(tb testing.TB, cfg *rest.Config) (*gate, *rest.Config) {
	tb.Helper()
	u, err := url.Parse(cfg.Host)
	if err != nil {
		tb.Fatal(err)
	}
	g := &gate{t: tb, to: u.Host, addr: "127.0.0.1:0", open: map[net.Conn]bool{}}
	g.unlock()
	through := rest.CopyConfig(cfg)
	through.Host = "https://" + g.addr
	tb.Cleanup(g.lock)
	return g, through
}

func (g *gate) unlock() {
	g.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(g.t.Context(), "tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	g.listener, g.addr = l, l.Addr().String()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go g.pass(in)
		}
	}()
}

func (g *gate) pass(in net.Conn) {
	out, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", g.to)
	if err != nil {
		in.Close()
		return
	}
	g.mu.Lock()
	g.open[in], g.open[out] = true, true
	g.mu.Unlock()
	go copyAll(in, out)
	copyAll(out, in)
}

// copyAll ends with the connection, whatever closes it.
func copyAll(to, from net.Conn) {
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil {
		return
	}
}

func (g *gate) lock() {
	g.listener.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.open {
		c.Close()
	}
	g.open = map[net.Conn]bool{}
}
