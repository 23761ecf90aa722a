package network

import "net/netip"

// SwitchOff removes a node's address from the network, as if its plug were
// pulled: no one answers there. Detach removes pods.
func (n *Network) SwitchOff(ip string) { n.setPower(ip, false) }

// SwitchOn puts a node's address back.
func (n *Network) SwitchOn(ip string) { n.setPower(ip, true) }

func (n *Network) setPower(ip string, on bool) {
	at, err := netip.ParseAddr(ip)
	if err != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if on {
		delete(n.off, at)
		return
	}
	n.off[at] = true
}

func (n *Network) isOff(ip netip.Addr) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.off[ip]
}

// OnUse sets begin, which is called whenever someone outside the cluster
// connects to it; the function it returns is called when the connection ends.
// Call OnUse before RunProxy.
func (n *Network) OnUse(begin func() (end func())) { n.begin = begin }

// Used counts a connection from outside until end is called.
func (n *Network) Used() (end func()) {
	if n.begin == nil {
		return func() {}
	}
	return n.begin()
}
