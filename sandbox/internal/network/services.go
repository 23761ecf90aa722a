package network

import (
	"net/netip"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// serviceTable is the proxy's state. Each change replaces it as a whole, so
// that a dial never sees a partial change.
type serviceTable struct {
	current  atomic.Pointer[services]
	affinity *affinity
}

type services struct {
	byName map[objectName]*service
	// byAddress holds the services by their cluster addresses.
	byAddress map[netip.Addr]*service
	// byExternal holds them by external addresses, which several may share.
	byExternal map[netip.Addr][]*service
	// byNodePort holds the name and port behind every node port.
	byNodePort map[uint16]servicePort
	// namespaces are the namespaces that have a service.
	namespaces map[string]bool
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
	t := &serviceTable{affinity: newAffinity()}
	t.set(nil, nil)
	return t
}

// set replaces the table with one built from these objects.
func (t *serviceTable) set(objects []*corev1.Service, slices []*discoveryv1.EndpointSlice) {
	next := &services{
		byName:     make(map[objectName]*service, len(objects)),
		byAddress:  make(map[netip.Addr]*service, len(objects)),
		byExternal: map[netip.Addr][]*service{},
		byNodePort: map[uint16]servicePort{},
		namespaces: map[string]bool{},
	}
	for _, o := range objects {
		next.addService(o)
	}
	for _, slice := range slices {
		if s := next.byName[objectName{slice.Namespace, slice.Labels[discoveryv1.LabelServiceName]}]; s != nil {
			s.add(slice)
		}
	}
	t.current.Store(next)
	t.affinity.forget(next)
}

func (t *services) addService(o *corev1.Service) {
	s := &service{object: o, endpoints: map[string][]endpoint{}}
	t.byName[objectName{o.Namespace, o.Name}] = s
	t.namespaces[o.Namespace] = true
	if o.Spec.Type == corev1.ServiceTypeExternalName {
		return
	}
	if ip, err := netip.ParseAddr(o.Spec.ClusterIP); err == nil {
		t.byAddress[ip] = s
	}
	for _, ip := range externalAddresses(o) {
		t.byExternal[ip] = append(t.byExternal[ip], s)
	}
	for _, p := range o.Spec.Ports {
		if p.NodePort != 0 && isTCP(p) {
			t.byNodePort[uint16(p.NodePort)] = servicePort{s, p}
		}
	}
}

// externalAddresses are those that kube-proxy treats as the service's own inside
// the cluster, whatever is behind them outside.
func externalAddresses(o *corev1.Service) []netip.Addr {
	all := append([]string(nil), o.Spec.ExternalIPs...)
	for _, balancer := range o.Status.LoadBalancer.Ingress {
		if balancer.IPMode == nil || *balancer.IPMode == corev1.LoadBalancerIPModeVIP {
			all = append(all, balancer.IP)
		}
	}
	var out []netip.Addr
	for _, s := range all {
		if ip, err := netip.ParseAddr(s); err == nil {
			out = append(out, ip)
		}
	}
	return out
}

func isTCP(p corev1.ServicePort) bool {
	return p.Protocol == corev1.ProtocolTCP || p.Protocol == ""
}

// port finds a TCP port of a service by its number.
func (s *service) port(number uint16) (servicePort, bool) {
	for _, p := range s.object.Spec.Ports {
		if uint16(p.Port) == number && isTCP(p) {
			return servicePort{s, p}, true
		}
	}
	return servicePort{}, false
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

// usable returns the ready endpoints of a port, or, without any, those that
// still serve while they terminate, as in kube-proxy.
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
