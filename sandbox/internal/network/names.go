package network

import (
	"net"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// SearchPath is the list of domains that a pod of a namespace tries, as its
// resolv.conf has them.
func SearchPath(namespace string) []string {
	return []string{namespace + ".svc." + ClusterDomain, "svc." + ClusterDomain, ClusterDomain}
}

// lookup finds a name by the search path of a namespace; "" has none.
func (t *serviceTable) lookup(name, namespace string) ([]string, error) {
	for _, full := range candidates(name, namespace) {
		if found, ok := t.records(full); ok && len(found) > 0 {
			return found, nil
		}
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, Server: DNSAddress + ":53", IsNotFound: true}
}

func candidates(name, namespace string) []string {
	name = strings.ToLower(name)
	if absolute, ok := strings.CutSuffix(name, "."); ok {
		return []string{absolute}
	}
	var out []string
	if namespace != "" {
		for _, domain := range SearchPath(namespace) {
			out = append(out, name+"."+domain)
		}
	}
	return append(out, name)
}

// records are the A records of a full name: a service's cluster address, the
// ready pods of a headless service, or one of its pods by host name. A service
// without endpoints resolves all the same. An ExternalName leads out of the
// sandbox, where nothing can be resolved.
func (t *serviceTable) records(full string) ([]string, bool) {
	rest, ok := strings.CutSuffix(full, ".svc."+ClusterDomain)
	if !ok {
		return nil, false
	}
	parts := strings.Split(rest, ".")
	hostname := ""
	if len(parts) == 3 {
		hostname, parts = parts[0], parts[1:]
	}
	if len(parts) != 2 {
		return nil, false
	}
	s := t.current.Load().byName[objectName{parts[1], parts[0]}]
	if s == nil || s.object.Spec.Type == corev1.ServiceTypeExternalName {
		return nil, false
	}
	if s.object.Spec.ClusterIP != corev1.ClusterIPNone {
		return []string{s.object.Spec.ClusterIP}, hostname == "" && s.object.Spec.ClusterIP != ""
	}
	return s.pods(hostname), true
}

// pods are the addresses of the ready endpoints, all or those of one host name.
func (s *service) pods(hostname string) []string {
	var out []string
	for port := range s.endpoints {
		for _, e := range s.endpoints[port] {
			if e.ready && (hostname == "" || e.hostname == hostname) {
				out = append(out, e.at.Addr().String())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
