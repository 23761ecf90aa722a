package network

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// PodConfig configures a pod's network.
type PodConfig struct {
	// CIDR is the pod range of the pod's node.
	CIDR netip.Prefix
	// Host, when set, is the node address that the pod shares (hostNetwork).
	Host string
	// Namespace is where short names are looked up first.
	Namespace string
	// Resolver is the resolver configuration; nil is the default one.
	Resolver *Resolver
	// Hostname resolves to the pod's own address.
	Hostname string
	// Aliases are additional names with their addresses, as in /etc/hosts.
	Aliases map[string]string
	// HostPorts are the ports of the node's address that forward to ports of
	// the pod.
	HostPorts map[uint16]uint16
}

// PodNet is the network that one pod's containers share. It implements
// container.Net.
type PodNet struct {
	net       *Network
	host      *host
	own       bool
	resolver  Resolver
	hostname  string
	aliases   map[string]string
	hostPorts []netip.AddrPort

	mu        sync.Mutex
	listeners map[*listener]struct{}
}

// AttachPod gives a pod an address and puts it on the network. It fails when
// the node's range has no free address.
func (n *Network) AttachPod(cfg PodConfig) (*PodNet, error) {
	p := &PodNet{net: n, resolver: clusterResolver(cfg.Namespace), hostname: cfg.Hostname, aliases: cfg.Aliases, listeners: map[*listener]struct{}{}}
	if cfg.Resolver != nil {
		p.resolver = *cfg.Resolver
	}
	if cfg.Host != "" {
		ip, err := netip.ParseAddr(cfg.Host)
		if err != nil {
			return nil, fmt.Errorf("failed to attach to the node's network: %w", err)
		}
		p.host = n.nodeHost(ip)
		return p, nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	from := n.pools[cfg.CIDR]
	if from == nil {
		from = &pool{prefix: cfg.CIDR, last: cfg.CIDR.Masked().Addr().Next()}
		n.pools[cfg.CIDR] = from
	}
	ip, ok := from.next(func(a netip.Addr) bool { return n.hosts[a] != nil })
	if !ok {
		return nil, fmt.Errorf("no IP addresses available in range set: %s", cfg.CIDR)
	}
	p.host, p.own = newHost(ip), true
	n.hosts[ip] = p.host
	p.publish(cfg.HostPorts)
	return p, nil
}

// publish opens ports of the node; the network's lock is held. If two pods want
// a port, the first one keeps it: the scheduler lets no second one onto the
// node.
func (p *PodNet) publish(ports map[uint16]uint16) {
	node := netip.MustParseAddr(NodeAddress(nodeOf(p.host.ip)))
	for port, own := range ports {
		at := netip.AddrPortFrom(node, port)
		if _, taken := p.net.hostPorts[at]; !taken {
			p.net.hostPorts[at] = netip.AddrPortFrom(p.host.ip, own)
			p.hostPorts = append(p.hostPorts, at)
		}
	}
}

// Detach takes the pod off the network: its listeners close, its connections
// are reset, its address is free again.
func (p *PodNet) Detach() {
	if !p.own {
		p.closeListeners()
		return
	}
	p.net.mu.Lock()
	if p.net.hosts[p.host.ip] == p.host {
		delete(p.net.hosts, p.host.ip)
	}
	for _, at := range p.hostPorts {
		delete(p.net.hostPorts, at)
	}
	p.hostPorts = nil
	p.net.mu.Unlock()
	p.host.shutdown()
}

func (p *PodNet) closeListeners() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.listeners {
		_ = l.Close()
	}
}

// IP is the pod's own address.
func (p *PodNet) IP() string { return p.host.ip.String() }

// Listen accepts on a port of the pod; see container.Net.
func (p *PodNet) Listen(network, address string) (net.Listener, error) {
	bind, port, err := p.bindAddress(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	l, err := p.host.listen(bind, port)
	if err != nil {
		at := &net.TCPAddr{IP: net.IPv4zero, Port: int(port)}
		if bind.IsValid() {
			at.IP = bind.AsSlice()
		}
		return nil, &net.OpError{Op: "listen", Net: network, Addr: at, Err: err}
	}
	if !p.own { // A shared host outlives the pod, but the pod's listeners don't.
		p.mu.Lock()
		defer p.mu.Unlock()
		p.listeners[l] = struct{}{}
	}
	return l, nil
}

func (p *PodNet) bindAddress(network, address string) (netip.Addr, uint16, error) {
	if err := tcpOnly(network); err != nil {
		return netip.Addr{}, 0, err
	}
	name, service, err := net.SplitHostPort(address)
	if err != nil {
		return netip.Addr{}, 0, err
	}
	port, ok := parsePort(service)
	if !ok {
		return netip.Addr{}, 0, &net.AddrError{Err: "invalid port", Addr: service}
	}
	switch name {
	case "", "0.0.0.0", "::", "*":
		return netip.Addr{}, port, nil
	case "localhost", "::1":
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), port, nil
	case p.hostname:
		return p.host.ip, port, nil
	}
	ip, err := netip.ParseAddr(name)
	if err != nil || (!ip.IsLoopback() && ip != p.host.ip) {
		return netip.Addr{}, 0, fmt.Errorf("bind: %w", syscall.EADDRNOTAVAIL)
	}
	return ip, port, nil
}

// Dial resolves the host and connects; see container.Net.
func (p *PodNet) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return p.net.dial(ctx, p.host, p, network, address)
}

// LookupHost returns the addresses of a name as a pod's resolver finds them, by
// the search path of the pod's namespace, or *net.DNSError.
func (p *PodNet) LookupHost(ctx context.Context, name string) ([]string, error) {
	switch {
	case name == "localhost":
		return []string{"127.0.0.1"}, nil
	case name == p.hostname && name != "":
		return []string{p.IP()}, nil
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		return []string{ip.String()}, nil
	}
	if address, ok := p.aliases[name]; ok {
		return []string{address}, nil
	}
	return p.net.lookup(ctx, name, p.resolver)
}
