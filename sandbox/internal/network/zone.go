package network

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// entry is what the cluster's DNS has for a name: addresses, an alias, or
// nothing, for a name that only has others below it.
type entry struct {
	addresses []netip.Addr
	alias     string
}

// location is a name of a port of a service, as SRV records show it.
type location struct {
	target string
	port   uint16
}

// entry looks up a full name by the rules of CoreDNS's plugin "kubernetes": a
// service's cluster address, the ready pods of a headless service, one endpoint
// by its host name or its address with dashes, an ExternalName, or a pod's
// address with dashes below "pod". It returns false if there is no such name,
// as for a headless service without a ready pod.
func (t *services) entry(full string) (entry, bool) {
	parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(full, ClusterDomain), "."), ".")
	last := len(parts) - 1
	switch {
	case full == ClusterDomain || last == 0 && (parts[0] == "svc" || parts[0] == "pod"):
		return entry{}, true
	case parts[last] == "pod" && last == 2:
		ip, ok := dashed(parts[0])
		return entry{addresses: []netip.Addr{ip}}, ok
	case parts[last] != "svc" || last < 2 || last > 3:
		return entry{}, last == 1 && parts[last] == "svc" && t.namespaces[parts[0]]
	}
	s := t.byName[objectName{parts[last-1], parts[last-2]}]
	if s == nil {
		return entry{}, false
	}
	hostname := ""
	if last == 3 {
		hostname = parts[0]
	}
	return s.entry(hostname)
}

func (s *service) entry(hostname string) (entry, bool) {
	spec := s.object.Spec
	switch {
	case spec.Type == corev1.ServiceTypeExternalName:
		return entry{alias: strings.ToLower(strings.TrimSuffix(spec.ExternalName, "."))}, hostname == ""
	case hostname != "" || spec.ClusterIP == corev1.ClusterIPNone:
		found := s.pods(hostname)
		return entry{addresses: found}, len(found) > 0
	}
	ip, err := netip.ParseAddr(spec.ClusterIP)
	return entry{addresses: []netip.Addr{ip}}, err == nil
}

// pods are the addresses of the ready endpoints, all or those of one host name.
func (s *service) pods(hostname string) []netip.Addr {
	var out []netip.Addr
	for _, endpoints := range s.endpoints {
		for _, e := range endpoints {
			if e.ready && (hostname == "" || e.name() == hostname) {
				out = append(out, e.at.Addr())
			}
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// name is an endpoint's name below its service.
func (e endpoint) name() string {
	if e.hostname != "" {
		return e.hostname
	}
	return strings.ReplaceAll(e.at.Addr().String(), ".", "-")
}

func dashed(s string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.ReplaceAll(s, "-", "."))
	return ip, err == nil && ip.Is4()
}

// locations are the SRV records of "_port._protocol.service.namespace.svc…".
func (t *services) locations(full string) []location {
	parts := strings.Split(strings.TrimSuffix(full, ".svc."+ClusterDomain), ".")
	if len(parts) != 4 || parts[1] != "_tcp" && parts[1] != "_udp" {
		return nil
	}
	s := t.byName[objectName{parts[3], parts[2]}]
	if s == nil {
		return nil
	}
	own := parts[2] + "." + parts[3] + ".svc." + ClusterDomain
	var out []location
	for _, p := range s.object.Spec.Ports {
		if p.Name != strings.TrimPrefix(parts[0], "_") || !strings.EqualFold(string(p.Protocol), parts[1][1:]) {
			continue
		}
		if s.object.Spec.ClusterIP != corev1.ClusterIPNone {
			return []location{{own, uint16(p.Port)}}
		}
		for _, e := range s.endpoints[p.Name] {
			if e.ready {
				out = append(out, location{e.name() + "." + own, e.at.Port()})
			}
		}
	}
	return out
}

// reverse returns the names of an address: its service's, or else its
// endpoints'.
func (t *services) reverse(ip netip.Addr) []string {
	if s := t.byAddress[ip]; s != nil {
		return []string{s.dnsName()}
	}
	var out []string
	for _, s := range t.byName {
		for _, endpoints := range s.endpoints {
			for _, e := range endpoints {
				if e.ready && e.at.Addr() == ip {
					out = append(out, e.name()+"."+s.dnsName())
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *service) dnsName() string {
	return s.object.Name + "." + s.object.Namespace + ".svc." + ClusterDomain
}
