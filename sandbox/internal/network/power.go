package network

import "net/netip"

// SwitchOff takes a node's address off the network, as when its plug is pulled:
// what dials it finds nobody there. Pods are taken off by Detach.
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

// OnUse has begin called whenever somebody outside of the cluster connects to
// it, and what that returns when the connection ends. It is to be called before
// RunProxy.
func (n *Network) OnUse(begin func() (end func())) { n.begin = begin }

// Used notes a connection from outside until end is called.
func (n *Network) Used() (end func()) {
	if n.begin == nil {
		return func() {}
	}
	return n.begin()
}
