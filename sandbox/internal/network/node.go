package network

import (
	"context"
	"fmt"
	"net"
	"net/netip"
)

// DialFromNode connects as the first node would: to node addresses, pod
// addresses and cluster addresses. The API server uses it to reach kubelets,
// pods and services.
func (n *Network) DialFromNode(ctx context.Context, network, address string) (net.Conn, error) {
	return n.DialFrom(ctx, NodeAddress(1), network, address)
}

// DialFrom connects as the node with the address ip would.
func (n *Network) DialFrom(ctx context.Context, ip, network, address string) (net.Conn, error) {
	from, err := netip.ParseAddr(ip)
	if err != nil {
		return nil, fmt.Errorf("failed to dial %q: %w", address, err)
	}
	return n.dial(ctx, n.nodeHost(from), nodeNames{n}, network, address)
}

// ListenNode listens on a port of a node, reachable only inside this process.
func (n *Network) ListenNode(ip string, port int) (net.Listener, error) {
	at, err := nodePort(ip, port)
	if err != nil {
		return nil, err
	}
	l, err := n.nodeHost(at.Addr()).listen(at.Addr(), at.Port())
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Addr: net.TCPAddrFromAddrPort(at), Err: err}
	}
	return l, nil
}

// ForwardNode forwards connections to ip:port inside the network to a real
// address on this machine's loopback, such as the API server's.
func (n *Network) ForwardNode(ip string, port int, real string) error {
	at, err := nodePort(ip, port)
	if err != nil {
		return err
	}
	name, _, err := net.SplitHostPort(real)
	if err != nil {
		return fmt.Errorf("failed to forward to %q: %w", real, err)
	}
	if to, err := netip.ParseAddr(name); err != nil || !to.IsLoopback() {
		return fmt.Errorf("failed to forward to %q: not a loopback address", real)
	}
	n.nodeHost(at.Addr())
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forwards[at] = real
	return nil
}

func nodePort(ip string, port int) (netip.AddrPort, error) {
	at, err := netip.ParseAddr(ip)
	if err != nil || port < 0 || port > 65535 {
		return netip.AddrPort{}, fmt.Errorf("failed to use node address %q port %d", ip, port)
	}
	return netip.AddrPortFrom(at, uint16(port)), nil
}

// nodeNames resolves for a node: addresses, and full names of services, which a
// node's own resolver would not know but the API server's webhook calls need.
type nodeNames struct{ net *Network }

func (r nodeNames) LookupHost(ctx context.Context, name string) ([]string, error) {
	if ip, err := netip.ParseAddr(name); err == nil {
		return []string{ip.String()}, nil
	}
	return r.net.lookup(ctx, name, clusterResolver(""))
}
