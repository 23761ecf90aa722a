package container

import (
	"context"
	"net"
	"sync"
)

// sockets is a Net that closes what its process has opened when the process
// ends, as a kernel does.
type sockets struct {
	Net
	mu     sync.Mutex
	open   map[interface{ Close() error }]struct{}
	closed bool
}

func newSockets(n Net) *sockets {
	return &sockets{Net: n, open: map[interface{ Close() error }]struct{}{}}
}

func (s *sockets) add(c interface{ Close() error }) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return false
	}
	s.open[c] = struct{}{}
	return true
}

func (s *sockets) drop(c interface{ Close() error }) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *sockets) closeAll() {
	s.mu.Lock()
	s.closed = true
	open := s.open
	s.open = nil
	s.mu.Unlock()
	for c := range open {
		_ = c.Close()
	}
}

func (s *sockets) Listen(network, address string) (net.Listener, error) {
	l, err := s.Net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	if !s.add(l) {
		return nil, net.ErrClosed
	}
	return &ownListener{l, s}, nil
}

func (s *sockets) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := s.Net.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if !s.add(c) {
		return nil, net.ErrClosed
	}
	return &ownConn{c, s}, nil
}

type ownListener struct {
	net.Listener
	of *sockets
}

func (l *ownListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.of.add(c) {
		return nil, net.ErrClosed
	}
	return &ownConn{c, l.of}, nil
}

func (l *ownListener) Close() error {
	l.of.drop(l.Listener)
	return l.Listener.Close()
}

type ownConn struct {
	net.Conn
	of *sockets
}

// CloseWrite half-closes, where the connection can.
func (c *ownConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

func (c *ownConn) Close() error {
	c.of.drop(c.Conn)
	return c.Conn.Close()
}
