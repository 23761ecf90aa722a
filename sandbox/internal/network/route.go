package network

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"os"
	"syscall"

	corev1 "k8s.io/api/core/v1"
)

// errDropped is the result for packets that no one answers.
var errDropped = errors.New("dropped")

// inServiceRange reports whether an address is in the Service range. Packets to
// an unused address, or to a port that its service doesn't have, match no rule
// of kube-proxy and are lost.
func inServiceRange(ip netip.Addr) bool {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 96}), 16).Contains(ip)
}

// route is where a connection goes.
type route struct {
	to netip.AddrPort
	// masquerade says that the target sees the node instead of the client.
	masquerade bool
}

// route returns where a connection from a client to a service's address goes;
// false if the address isn't a service's.
func (t *serviceTable) route(client netip.Addr, to netip.AddrPort, node bool) (route, bool, error) {
	now := t.current.Load()
	if s := now.byAddress[to.Addr()]; s != nil {
		p, ok := s.port(to.Port())
		if !ok {
			return route{}, true, errDropped
		}
		r, err := t.pick(p, client, internalLocal(p))
		return r, true, err
	}
	for _, s := range now.byExternal[to.Addr()] {
		if p, ok := s.port(to.Port()); ok {
			r, err := t.pick(p, client, false)
			r.masquerade = true
			return r, true, err
		}
	}
	if p, ok := now.byNodePort[to.Port()]; ok && node {
		r, err := t.pick(p, client, false)
		r.masquerade = true
		return r, true, err
	}
	return route{}, inServiceRange(to.Addr()), errDropped
}

func internalLocal(p servicePort) bool {
	policy := p.service.object.Spec.InternalTrafficPolicy
	return policy != nil && *policy == corev1.ServiceInternalTrafficPolicyLocal
}

// pick chooses an endpoint: at random, or the client's previous one. Without
// endpoints it refuses. If there are endpoints only on other nodes, a service
// with local traffic drops the connection, as kube-proxy does.
// (externalTrafficPolicy does not matter here: kube-proxy applies it neither to
// pods nor to the node itself.)
func (t *serviceTable) pick(p servicePort, client netip.Addr, local bool) (route, error) {
	usable := p.service.usable(p.port.Name)
	if len(usable) == 0 {
		return route{}, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	if local {
		if usable = onNode(usable, nodeOf(client)); len(usable) == 0 {
			return route{}, errDropped
		}
	}
	at := t.affinity.choose(p, client, usable, func(from []endpoint) netip.AddrPort { return from[rand.IntN(len(from))].at })
	return route{to: at, masquerade: at.Addr() == client}, nil
}

func onNode(endpoints []endpoint, node int) []endpoint {
	var out []endpoint
	for _, e := range endpoints {
		if nodeOf(e.at.Addr()) == node {
			out = append(out, e)
		}
	}
	return out
}
