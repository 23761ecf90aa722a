// Package network is the sandbox's virtual IPv4 network: pods, nodes and
// services have addresses that exist only in this process. Programs listen and
// dial as on Linux and get Linux's errors. Only two things touch the machine's
// own network, both on loopback: the listeners of node ports, and what
// ForwardNode was told to connect to.
package network

import (
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// ClusterDomain is the DNS domain of the cluster's names.
const ClusterDomain = "cluster.local"

// DNSAddress is the address of the cluster's DNS, as in resolv.conf.
const DNSAddress = "10.96.0.10"

const (
	// unreachableAfter is how long a dial to an unused pod or node address
	// takes to fail: Linux gives up on ARP after about three seconds.
	unreachableAfter = 3 * time.Second
	// silentAfter is how long Linux repeats an unanswered SYN: after 1, 2, 4, …
	// seconds, six times.
	silentAfter = 127 * time.Second
)

// Network connects hosts, and services in front of them.
type Network struct {
	mu        sync.RWMutex
	hosts     map[netip.Addr]*host
	nodes     map[netip.Addr]bool
	forwards  map[netip.AddrPort]string
	hostPorts map[netip.AddrPort]netip.AddrPort
	pools     map[netip.Prefix]*pool
	services  *serviceTable
	dns       *host
	outside   outsideResolver
	// portRetry is how often to retry a node port that another program uses.
	portRetry time.Duration
	// off are the addresses of nodes that are off.
	off map[netip.Addr]bool
	// begin is called for connections from outside; see OnUse.
	begin func() (end func())
}

// New returns a network with the first node's address and nothing else attached.
func New() *Network {
	n := &Network{
		hosts:     map[netip.Addr]*host{},
		nodes:     map[netip.Addr]bool{},
		forwards:  map[netip.AddrPort]string{},
		pools:     map[netip.Prefix]*pool{},
		hostPorts: map[netip.AddrPort]netip.AddrPort{},
		services:  newServiceTable(),
		dns:       newHost(netip.MustParseAddr(DNSAddress)),
		outside:   net.DefaultResolver,
		portRetry: 10 * time.Second,
		off:       map[netip.Addr]bool{},
	}
	n.nodeHost(netip.MustParseAddr(NodeAddress(1)))
	return n
}

// NodeAddress is the address of the nth node, counted from 1: 10.0.0.11, ….
func NodeAddress(n int) string {
	return netip.AddrFrom4([4]byte{10, 0, 0, byte(10 + n)}).String()
}

// PodCIDR is the range of pod addresses of the nth node, counted from 1:
// 10.244.0.0/24, ….
func PodCIDR(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 244, byte(n - 1), 0}), 24)
}

// nodeOf returns the number of the node that a node's or pod's address belongs
// to; 0 for others.
func nodeOf(ip netip.Addr) int {
	if !ip.Is4() {
		return 0
	}
	switch b := ip.As4(); {
	case b[0] == 10 && b[1] == 244:
		return int(b[2]) + 1
	case b[0] == 10 && b[1] == 0 && b[2] == 0 && b[3] > 10:
		return int(b[3]) - 10
	}
	return 0
}

// gateway is a node's address in its pod range. Pods see it when the node
// itself connects.
func gateway(node int) netip.Addr { return PodCIDR(node).Addr().Next() }

func (n *Network) host(ip netip.Addr) *host {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.hosts[ip]
}

// nodeHost returns the host of a node's address, created at first use.
func (n *Network) nodeHost(ip netip.Addr) *host {
	n.mu.Lock()
	defer n.mu.Unlock()
	h := n.hosts[ip]
	if h == nil {
		h = newHost(ip)
		n.hosts[ip], n.nodes[ip] = h, true
	}
	return h
}

func (n *Network) isNode(ip netip.Addr) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.nodes[ip]
}

// pool hands out the addresses of one range in turn, so that an address is not
// reused soon after its pod is gone.
type pool struct {
	prefix netip.Prefix
	last   netip.Addr
}

// next returns a free address, or false if all are taken.
func (p *pool) next(taken func(netip.Addr) bool) (netip.Addr, bool) {
	network := p.prefix.Masked().Addr()
	gateway := network.Next()
	for a := p.last.Next(); ; a = a.Next() {
		if !p.prefix.Contains(a) || !p.prefix.Contains(a.Next()) { // The last is the broadcast address.
			a = gateway.Next()
		}
		if !taken(a) {
			p.last = a
			return a, true
		}
		if a == p.last {
			return netip.Addr{}, false
		}
	}
}

func parsePort(s string) (uint16, bool) {
	port, err := strconv.ParseUint(s, 10, 16)
	return uint16(port), err == nil
}
