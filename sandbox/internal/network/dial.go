package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// resolver finds the addresses of a name.
type resolver interface {
	LookupHost(ctx context.Context, name string) ([]string, error)
}

// dial connects from a host to address. It tries every address of the name in
// turn, and returns the first error if none answers.
func (n *Network) dial(ctx context.Context, from *host, names resolver, network, address string) (net.Conn, error) {
	fail := func(at net.Addr, err error) error {
		return &net.OpError{Op: "dial", Net: network, Addr: at, Err: err}
	}
	if err := tcpOnly(network); err != nil {
		return nil, fail(nil, err)
	}
	name, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fail(nil, err)
	}
	port, ok := parsePort(service)
	if !ok {
		return nil, fail(nil, &net.AddrError{Err: "invalid port", Addr: service})
	}
	ips, err := names.LookupHost(ctx, name)
	if err != nil {
		return nil, fail(nil, err)
	}
	var first error
	for _, s := range ips {
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fail(nil, err)
		}
		at := netip.AddrPortFrom(ip.Unmap(), port)
		c, err := n.connect(ctx, from, at)
		if err == nil {
			return c, nil
		}
		if first == nil {
			first = fail(net.TCPAddrFromAddrPort(at), err)
		}
	}
	return nil, first
}

func tcpOnly(network string) error {
	if network == "tcp" || network == "tcp4" {
		return nil
	}
	return net.UnknownNetworkError(network)
}

// connect makes the connection that a host gets to an address and port.
func (n *Network) connect(ctx context.Context, from *host, dialled netip.AddrPort) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, timeoutOr(err)
	}
	ip := dialled.Addr()
	if ip.IsLoopback() || ip == netip.IPv6Loopback() || ip.IsUnspecified() {
		loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
		return n.join(ctx, from, from, loopback, netip.AddrPortFrom(loopback, dialled.Port()), dialled)
	}
	if ip == n.dns.ip && dialled.Port() == 53 {
		return n.join(ctx, from, n.dns, from.ip, dialled, dialled)
	}
	to, isService, err := n.services.route(from.ip, dialled, n.isNode(ip))
	switch {
	case isService && errors.Is(err, errDropped):
		return nil, unanswered(ctx, silentAfter, syscall.ETIMEDOUT)
	case isService && err != nil:
		return nil, err
	case !isService:
		to = n.direct(dialled)
	}
	n.mu.RLock()
	real, forwarded := n.forwards[to.to]
	n.mu.RUnlock()
	if forwarded {
		return n.leave(ctx, from, dialled, real)
	}
	target := n.host(to.to.Addr())
	switch {
	case target != nil && !n.isOff(to.to.Addr()):
		return n.join(ctx, from, target, sourceOf(from.ip, dialled.Addr(), to), to.to, dialled)
	case nodeOf(to.to.Addr()) == 0:
		return nil, os.NewSyscallError("connect", syscall.ENETUNREACH)
	}
	return nil, unanswered(ctx, unreachableAfter, syscall.EHOSTUNREACH)
}

// direct returns the address itself, or the pod behind a port of a node.
func (n *Network) direct(dialled netip.AddrPort) route {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if pod, ok := n.hostPorts[dialled]; ok {
		return route{to: pod, masquerade: true}
	}
	return route{to: dialled}
}

// sourceOf is the address that the target sees. If a node calls one of its
// pods, or its kube-proxy masquerades, that is the node's address towards its
// pods.
func sourceOf(client, dialled netip.Addr, to route) netip.Addr {
	node, pod := nodeOf(client), nodeOf(to.to.Addr())
	if at := nodeOf(dialled); to.masquerade && at != 0 {
		node = at
	}
	called := client.String() == NodeAddress(node) || to.masquerade
	switch {
	case !called || node == 0:
		return client
	case node == pod && PodCIDR(pod).Contains(to.to.Addr()):
		return gateway(node)
	}
	return netip.MustParseAddr(NodeAddress(node))
}

// join connects two hosts of the network.
func (n *Network) join(ctx context.Context, from, to *host, source netip.Addr, target, dialled netip.AddrPort) (net.Conn, error) {
	l := to.find(target.Addr(), target.Port())
	if l == nil {
		return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	local := net.TCPAddrFromAddrPort(netip.AddrPortFrom(source, uint16(from.ephemeral())))
	client, server := pair(local, net.TCPAddrFromAddrPort(dialled), net.TCPAddrFromAddrPort(target))
	if !to.track(server) || !from.track(client) {
		client.abort()
		server.abort()
		return nil, os.NewSyscallError("connect", syscall.ENETUNREACH)
	}
	select {
	case l.queue <- server:
	case <-l.done:
		client.abort()
		server.abort()
		return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	case <-ctx.Done():
		client.abort()
		server.abort()
		return nil, timeoutOr(ctx.Err())
	}
	// A listener that has just closed may have drained its queue before this
	// connection entered it.
	select {
	case <-l.done:
		client.abort()
		server.abort()
		return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	default:
		return client, nil
	}
}

// leave connects to a real address on this machine's loopback.
func (n *Network) leave(ctx context.Context, from *host, dialled netip.AddrPort, real string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", real)
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return nil, op.Err // The caller adds the dialled address.
	} else if err != nil {
		return nil, err
	}
	local := net.TCPAddrFromAddrPort(netip.AddrPortFrom(from.ip, uint16(from.ephemeral())))
	return &outside{Conn: c, local: local, remote: net.TCPAddrFromAddrPort(dialled)}, nil
}

// unanswered waits as long as Linux would try, and then fails the same way.
func unanswered(ctx context.Context, limit time.Duration, errno syscall.Errno) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-timer.C:
		return os.NewSyscallError("connect", errno)
	case <-ctx.Done():
		return timeoutOr(ctx.Err())
	}
}

// timeoutOr turns a deadline into package net's error: "i/o timeout".
func timeoutOr(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return os.ErrDeadlineExceeded
	}
	return fmt.Errorf("operation was canceled: %w", err)
}
