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

// outsidePatience limits a query to the machine's own resolver, so that a
// machine without a network answers quickly.
const outsidePatience = 2 * time.Second

// outsideResolver finds the addresses of names outside the cluster.
type outsideResolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// SearchPath is the list of search domains in the resolv.conf of a namespace's
// pods.
func SearchPath(namespace string) []string {
	return []string{namespace + ".svc." + ClusterDomain, "svc." + ClusterDomain, ClusterDomain}
}

// Resolver is the content of a resolv.conf.
type Resolver struct {
	// Servers are asked in turn. DNSAddress knows the cluster's names, a node's
	// address those of the machine; other addresses don't answer.
	Servers []string
	// Search are the domains to try for names with fewer dots than Dots.
	Search []string
	Dots   int
	// Timeout is how long a server may take to answer, in each of Attempts.
	Timeout  time.Duration
	Attempts int
}

// clusterResolver is the default for pods of a namespace; "" has no search
// path.
func clusterResolver(namespace string) Resolver {
	r := Resolver{Servers: []string{DNSAddress}, Dots: ndots}
	if namespace != "" {
		r.Search = SearchPath(namespace)
	}
	return r
}

// lookup looks up a name as a resolver does.
func (n *Network) lookup(ctx context.Context, name string, r Resolver) ([]string, error) {
	for _, server := range r.Servers {
		at, err := netip.ParseAddr(server)
		if err == nil && (at == n.dns.ip || n.isNode(at)) {
			return n.ask(ctx, name, r, at == n.dns.ip)
		}
		timer := time.NewTimer(r.Timeout * time.Duration(r.Attempts))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, &net.DNSError{Err: "i/o timeout", Name: name, Server: server + ":53", IsTimeout: true}
		}
	}
	return nil, &net.DNSError{Err: "i/o timeout", Name: name, Server: strings.Join(r.Servers, ":53, ") + ":53", IsTimeout: true}
}

// ask looks up a name with the search path; only the cluster's server knows the
// cluster's names.
func (n *Network) ask(ctx context.Context, name string, r Resolver, cluster bool) ([]string, error) {
	failed := &net.DNSError{Err: "no such host", Name: name, Server: DNSAddress + ":53", IsNotFound: true}
	for _, full := range r.candidates(name) {
		if !cluster && inCluster(full) {
			continue
		}
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

func (r Resolver) candidates(name string) []string {
	name = strings.ToLower(name)
	if absolute, ok := strings.CutSuffix(name, "."); ok {
		return []string{absolute}
	}
	var searched []string
	for _, domain := range r.Search {
		searched = append(searched, name+"."+domain)
	}
	if strings.Count(name, ".") >= r.Dots {
		return append([]string{name}, searched...)
	}
	return append(searched, name)
}

// resolve follows the aliases of a full name to its addresses. For a name that
// exists without addresses, it returns neither addresses nor an error.
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

// resolveOutside asks the machine's resolver. Names with one part don't exist
// outside, so it does not ask for them.
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
