package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"
)

// ndots is how many dots a name must have to be tried as it is before the
// search path, as a pod's resolv.conf says.
const ndots = 5

// outsidePatience bounds a question to the machine's own resolver, so that a
// machine without a network answers soon.
const outsidePatience = 2 * time.Second

// outsideResolver finds the addresses of names that are not the cluster's.
type outsideResolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// SearchPath is the list of domains that a pod of a namespace tries, as its
// resolv.conf has them.
func SearchPath(namespace string) []string {
	return []string{namespace + ".svc." + ClusterDomain, "svc." + ClusterDomain, ClusterDomain}
}

// lookup finds a name by the search path of a namespace; "" has none.
func (n *Network) lookup(ctx context.Context, name, namespace string) ([]string, error) {
	failed := &net.DNSError{Err: "no such host", Name: name, Server: DNSAddress + ":53", IsNotFound: true}
	for _, full := range candidates(name, namespace) {
		found, err := n.resolve(ctx, full)
		if len(found) > 0 {
			return addressStrings(found), nil
		}
		if e, ok := errors.AsType[*net.DNSError](err); ok && !e.IsNotFound {
			failed = &net.DNSError{Err: "server misbehaving", Name: name, Server: DNSAddress + ":53", IsTemporary: true}
		}
	}
	return nil, failed
}

func candidates(name, namespace string) []string {
	name = strings.ToLower(name)
	if absolute, ok := strings.CutSuffix(name, "."); ok {
		return []string{absolute}
	}
	var searched []string
	if namespace != "" {
		for _, domain := range SearchPath(namespace) {
			searched = append(searched, name+"."+domain)
		}
	}
	if strings.Count(name, ".") >= ndots {
		return append([]string{name}, searched...)
	}
	return append(searched, name)
}

// resolve follows the aliases of a full name to its addresses. A name that
// exists without any has neither addresses nor an error.
func (n *Network) resolve(ctx context.Context, full string) ([]netip.Addr, error) {
	for range maxAliases {
		if !inCluster(full) {
			return n.resolveOutside(ctx, full)
		}
		found, ok := n.services.current.Load().entry(full)
		switch {
		case !ok:
			return nil, &net.DNSError{Err: "no such host", Name: full, IsNotFound: true}
		case found.alias == "":
			return found.addresses, nil
		}
		full = found.alias
	}
	return nil, &net.DNSError{Err: "too many aliases", Name: full}
}

// maxAliases is how many CNAMEs are followed.
const maxAliases = 8

func inCluster(full string) bool {
	return full == ClusterDomain || strings.HasSuffix(full, "."+ClusterDomain)
}

// resolveOutside asks the machine's resolver. Names of one part are nobody's
// outside, and not worth the question.
func (n *Network) resolveOutside(ctx context.Context, full string) ([]netip.Addr, error) {
	if !strings.Contains(full, ".") {
		return nil, &net.DNSError{Err: "no such host", Name: full, IsNotFound: true}
	}
	ctx, cancel := context.WithTimeout(ctx, outsidePatience)
	defer cancel()
	return n.outside.LookupNetIP(ctx, "ip4", full+".")
}

func addressStrings(addresses []netip.Addr) []string {
	out := make([]string, 0, len(addresses))
	for _, a := range addresses {
		out = append(out, a.Unmap().String())
	}
	return out
}
