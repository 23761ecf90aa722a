package node

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
)

// inner is a listener that only its own node can dial, like a runtime's stream
// server that listens only for its kubelet.
type inner struct {
	dialled chan net.Conn
	done    chan struct{}
	once    sync.Once
}

func newInner() *inner { return &inner{dialled: make(chan net.Conn), done: make(chan struct{})} }

// Accept returns the other end of a dialled connection.
func (i *inner) Accept() (net.Conn, error) {
	select {
	case c := <-i.dialled:
		return c, nil
	case <-i.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and dial.
func (i *inner) Close() error {
	i.once.Do(func() { close(i.done) })
	return nil
}

// Addr is a name only.
func (i *inner) Addr() net.Addr { return &net.UnixAddr{Name: "streams", Net: "unix"} }

func (i *inner) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case i.dialled <- server:
		return client, nil
	case <-i.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// transport makes requests to the listener.
func (i *inner) transport() *http.Transport { return &http.Transport{DialContext: i.dial} }

// location is where the listener serves what a request asks for.
func (i *inner) location(r *http.Request) *url.URL {
	u := *r.URL
	u.Scheme, u.Host = "http", "streams"
	return &u
}
