package network

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"sync/atomic"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// serviceTable is what the proxy knows, replaced as a whole at every change, so
// that a dial never sees half of one.
type serviceTable struct {
	current atomic.Pointer[services]
}

type services struct {
	byName map[objectName]*service
	byVIP  map[netip.Addr]*service
	// byNodePort holds the name and port behind every node port.
	byNodePort map[uint16]servicePort
}

type objectName struct{ namespace, name string }

// service is a Service with its endpoints by port name.
type service struct {
	object    *corev1.Service
	endpoints map[string][]endpoint
}

type servicePort struct {
	service *service
	port    corev1.ServicePort
}

type endpoint struct {
	at              netip.AddrPort
	hostname        string
	ready, fallback bool
}

func newServiceTable() *serviceTable {
	t := &serviceTable{}
	t.set(nil, nil)
	return t
}

// set replaces the table by what these objects say.
func (t *serviceTable) set(objects []*corev1.Service, slices []*discoveryv1.EndpointSlice) {
	next := &services{
		byName:     make(map[objectName]*service, len(objects)),
		byVIP:      make(map[netip.Addr]*service, len(objects)),
		byNodePort: map[uint16]servicePort{},
	}
	for _, o := range objects {
		s := &service{object: o, endpoints: map[string][]endpoint{}}
		next.byName[objectName{o.Namespace, o.Name}] = s
		if vip, err := netip.ParseAddr(o.Spec.ClusterIP); err == nil {
			next.byVIP[vip] = s
		}
		for _, p := range o.Spec.Ports {
			if p.NodePort != 0 && p.Protocol == corev1.ProtocolTCP {
				next.byNodePort[uint16(p.NodePort)] = servicePort{s, p}
			}
		}
	}
	for _, slice := range slices {
		if s := next.byName[objectName{slice.Namespace, slice.Labels[discoveryv1.LabelServiceName]}]; s != nil {
			s.add(slice)
		}
	}
	t.current.Store(next)
}

func (s *service) add(slice *discoveryv1.EndpointSlice) {
	if slice.AddressType != discoveryv1.AddressTypeIPv4 {
		return
	}
	ports := slice.Ports
	if len(ports) == 0 { // A headless service may have no ports, but has names.
		ports = []discoveryv1.EndpointPort{{}}
	}
	for _, p := range ports {
		name, number := "", uint16(0)
		if p.Name != nil {
			name = *p.Name
		}
		if p.Port != nil {
			number = uint16(*p.Port)
		}
		for _, e := range slice.Endpoints {
			s.endpoints[name] = append(s.endpoints[name], endpointsOf(e, number)...)
		}
	}
}

func endpointsOf(e discoveryv1.Endpoint, port uint16) []endpoint {
	c := e.Conditions
	is := func(b *bool) bool { return b != nil && *b }
	ready := c.Ready == nil || *c.Ready
	var out []endpoint
	for _, a := range e.Addresses {
		ip, err := netip.ParseAddr(a)
		if err != nil {
			continue
		}
		one := endpoint{at: netip.AddrPortFrom(ip, port), ready: ready, fallback: is(c.Serving) && is(c.Terminating)}
		if e.Hostname != nil {
			one.hostname = *e.Hostname
		}
		out = append(out, one)
	}
	return out
}

// usable are the ready endpoints of a port; without any, those that still serve
// while they terminate, as kube-proxy does.
func (s *service) usable(port string) []endpoint {
	var ready, fallback []endpoint
	for _, e := range s.endpoints[port] {
		switch {
		case e.ready:
			ready = append(ready, e)
		case e.fallback:
			fallback = append(fallback, e)
		}
	}
	if len(ready) == 0 {
		return fallback
	}
	return ready
}

// pick chooses one endpoint at random, or refuses.
func (s *service) pick(port string) (netip.AddrPort, error) {
	usable := s.usable(port)
	if len(usable) == 0 {
		return netip.AddrPort{}, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	return usable[rand.IntN(len(usable))].at, nil
}

// route says where a connection to a service's address goes; false when the
// address is not a service's.
func (t *serviceTable) route(to netip.AddrPort, node bool) (netip.AddrPort, bool, error) {
	now := t.current.Load()
	if s := now.byVIP[to.Addr()]; s != nil {
		for _, p := range s.object.Spec.Ports {
			if uint16(p.Port) == to.Port() && p.Protocol == corev1.ProtocolTCP {
				at, err := s.pick(p.Name)
				return at, true, err
			}
		}
		return netip.AddrPort{}, true, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	if p, ok := now.byNodePort[to.Port()]; ok && node {
		at, err := p.service.pick(p.port.Name)
		return at, true, err
	}
	return netip.AddrPort{}, false, nil
}
