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

// dial connects from a host to address; every address of the name is tried in
// turn, and the first error is told when none answers.
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
	target, source := dialled, from.ip
	if to, isService, err := n.services.route(dialled, n.isNode(ip)); err != nil {
		return nil, err
	} else if isService {
		target = to
	}
	n.mu.RLock()
	real, forwarded := n.forwards[target]
	n.mu.RUnlock()
	if forwarded {
		return n.leave(ctx, from, dialled, real)
	}
	to := n.host(target.Addr())
	if to == nil {
		return nil, unreachable(ctx)
	}
	return n.join(ctx, from, to, source, target, dialled)
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
	// A listener that closed just now has drained its queue perhaps before this
	// connection came into it.
	select {
	case <-l.done:
		client.abort()
		server.abort()
		return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	default:
		return client, nil
	}
}

// leave connects to a real address of this machine's loopback.
func (n *Network) leave(ctx context.Context, from *host, dialled netip.AddrPort, real string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", real)
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return nil, op.Err // The caller names the address that was dialled.
	} else if err != nil {
		return nil, err
	}
	local := net.TCPAddrFromAddrPort(netip.AddrPortFrom(from.ip, uint16(from.ephemeral())))
	return &outside{Conn: c, local: local, remote: net.TCPAddrFromAddrPort(dialled)}, nil
}

// unreachable waits as long as Linux would look for the address, in small.
func unreachable(ctx context.Context) error {
	timer := time.NewTimer(unreachableAfter)
	defer timer.Stop()
	select {
	case <-timer.C:
		return os.NewSyscallError("connect", syscall.EHOSTUNREACH)
	case <-ctx.Done():
		return timeoutOr(ctx.Err())
	}
}

// timeoutOr makes a deadline look as package net shows it: "i/o timeout".
func timeoutOr(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return os.ErrDeadlineExceeded
	}
	return fmt.Errorf("operation was canceled: %w", err)
}
