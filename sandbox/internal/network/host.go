package network

import (
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
)

// The range of Linux's ephemeral ports.
const (
	firstEphemeral = 32768
	lastEphemeral  = 60999
)

// backlog is how many connections a listener keeps before it accepts them.
const backlog = 128

// host is what has one address: listeners by port and live connections.
type host struct {
	ip netip.Addr

	mu        sync.Mutex
	listeners map[uint16][]*listener
	conns     map[*conn]struct{}
	next      uint16
	down      bool
}

func newHost(ip netip.Addr) *host {
	return &host{ip: ip, listeners: map[uint16][]*listener{}, conns: map[*conn]struct{}{}, next: firstEphemeral}
}

// listen opens a port; the zero bind address means every address of the host.
func (h *host) listen(bind netip.Addr, port uint16) (*listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		return nil, os.NewSyscallError("bind", syscall.ENETDOWN)
	}
	if port == 0 {
		port = h.freePort()
	}
	for _, l := range h.listeners[port] {
		if !l.bind.IsValid() || !bind.IsValid() || l.bind == bind {
			return nil, os.NewSyscallError("bind", syscall.EADDRINUSE)
		}
	}
	l := &listener{host: h, bind: bind, port: port, queue: make(chan *conn, backlog), done: make(chan struct{})}
	h.listeners[port] = append(h.listeners[port], l)
	return l, nil
}

// freePort returns the next port for a client; h.mu is held.
func (h *host) freePort() uint16 {
	for range lastEphemeral - firstEphemeral {
		port := h.next
		if h.next++; h.next > lastEphemeral {
			h.next = firstEphemeral
		}
		if len(h.listeners[port]) == 0 {
			return port
		}
	}
	return lastEphemeral
}

func (h *host) ephemeral() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return int(h.freePort())
}

// find returns the listener that takes a connection to at:port.
func (h *host) find(at netip.Addr, port uint16) *listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.listeners[port] {
		if !l.bind.IsValid() || l.bind == at {
			return l
		}
	}
	return nil
}

// track remembers a connection until it is closed, so that it can be reset when
// the host goes. It returns false if the host is already gone.
func (h *host) track(c *conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		return false
	}
	h.conns[c] = struct{}{}
	c.closed = func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.conns, c)
	}
	return true
}

func (h *host) forget(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := h.listeners[l.port][:0]
	for _, other := range h.listeners[l.port] {
		if other != l {
			kept = append(kept, other)
		}
	}
	if h.listeners[l.port] = kept; len(kept) == 0 {
		delete(h.listeners, l.port)
	}
}

// shutdown closes every listener and resets every connection.
func (h *host) shutdown() {
	h.mu.Lock()
	h.down = true
	var listeners []*listener
	for _, ls := range h.listeners {
		listeners = append(listeners, ls...)
	}
	conns := make([]*conn, 0, len(h.conns))
	for c := range h.conns {
		conns = append(conns, c)
	}
	h.mu.Unlock()
	for _, l := range listeners {
		_ = l.Close()
	}
	for _, c := range conns {
		c.abort()
	}
}

// listener is an open port of a host.
type listener struct {
	host  *host
	bind  netip.Addr
	port  uint16
	queue chan *conn
	once  sync.Once
	done  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.done:
		return nil, l.closedError()
	default:
	}
	select {
	case c := <-l.queue:
		return c, nil
	case <-l.done:
		return nil, l.closedError()
	}
}

func (l *listener) closedError() error {
	return &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
}

// Close refuses further connections and resets those that were not accepted.
func (l *listener) Close() error {
	l.once.Do(func() {
		l.host.forget(l)
		close(l.done)
		for {
			select {
			case c := <-l.queue:
				c.abort()
			default:
				return
			}
		}
	})
	return nil
}

// Addr shows the wildcard address as Go does.
func (l *listener) Addr() net.Addr {
	if !l.bind.IsValid() {
		return &net.TCPAddr{IP: net.IPv4zero, Port: int(l.port)}
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(l.bind, l.port))
}
