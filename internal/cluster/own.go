package cluster

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/internal/proxy"
)

// lookupTimeout is how long it may take to find out whether a name is this machine's.
const lookupTimeout = 2 * time.Second

// network is what the environment says about proxies and names.
type network struct {
	proxy  func(*http.Request) (*url.URL, error)
	lookup func(ctx context.Context, host string) ([]string, error)
}

func ownNetwork() network {
	return network{proxy: utilnet.NewProxierWithNoProxyCIDR(http.ProxyFromEnvironment), lookup: net.DefaultResolver.LookupHost}
}

// ownName returns the host name of an API server on this machine, such as Docker
// Desktop's, if requests to it would go through the environment's proxy. It is empty
// for all others: Go uses no proxy for localhost and 127.0.0.1.
func (n network) ownName(ctx context.Context, config *rest.Config) string {
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil || config.Proxy != nil {
		return ""
	}
	host := base.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	if by, err := n.proxy(&http.Request{URL: base}); err != nil || by == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	addresses, err := n.lookup(ctx, host)
	if err != nil || !proxy.IsLoopback(addresses) {
		return ""
	}
	return host
}

// noProxy uses no proxy.
func noProxy(*http.Request) (*url.URL, error) { return nil, nil } //nolint:nilnil // nil means that there is none
