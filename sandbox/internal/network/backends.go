package network

import (
	"net"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// Backends are the addresses that an ingress controller balances over: the
// ready endpoints of a port of a service, "10.244.0.5:80". The port is a name or
// number of the service, or a target port, as in ingress-nginx. An ExternalName
// is returned as it is. There are no addresses if the service, the port or a
// ready endpoint is missing.
func (n *Network) Backends(namespace, name, port string) []string {
	s := n.services.current.Load().byName[objectName{namespace, name}]
	if s == nil {
		return nil
	}
	if s.object.Spec.Type == corev1.ServiceTypeExternalName {
		return []string{net.JoinHostPort(s.object.Spec.ExternalName, port)}
	}
	for _, p := range s.object.Spec.Ports {
		if isTCP(p) && slices.Contains([]string{p.Name, strconv.Itoa(int(p.Port)), p.TargetPort.String()}, port) {
			return s.readyAt(p.Name)
		}
	}
	return nil
}

func (s *service) readyAt(port string) []string {
	var out []string
	for _, e := range s.endpoints[port] {
		if e.ready {
			out = append(out, e.at.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
