package node

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/kubernetes/pkg/kubelet/network/dns"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// names returns the DNS configuration from a pod's dnsPolicy and dnsConfig, by
// the kubelet's own code. A pod with the policy Default asks the node.
func (n *Node) names(ctx context.Context, pod *corev1.Pod) (*runtimeapi.DNSConfig, error) {
	own := net.ParseIP(n.ip)
	ref := &corev1.ObjectReference{Kind: "Node", Name: n.Name}
	configurer := dns.NewConfigurer(n.events, ref, []net.IP{own}, []net.IP{net.ParseIP(network.DNSAddress)}, network.ClusterDomain, "")
	cfg, err := configurer.GetPodDNS(ctx, pod)
	if err != nil {
		return nil, err
	}
	for i, server := range cfg.Servers {
		if server == "127.0.0.1" { // What upstream returns if the node has no resolv.conf.
			cfg.Servers[i] = n.ip
		}
	}
	cfg.Searches = slices.DeleteFunc(cfg.Searches, func(s string) bool { return s == "." })
	return cfg, nil
}

// resolvFile is a resolv.conf as containerd writes it.
func resolvFile(cfg *runtimeapi.DNSConfig) string {
	var b strings.Builder
	if len(cfg.Searches) > 0 {
		fmt.Fprintf(&b, "search %s\n", strings.Join(cfg.Searches, " "))
	}
	for _, s := range cfg.Servers {
		fmt.Fprintf(&b, "nameserver %s\n", s)
	}
	if len(cfg.Options) > 0 {
		fmt.Fprintf(&b, "options %s\n", strings.Join(cfg.Options, " "))
	}
	return b.String()
}

// resolver is how a C library interprets it; the numbers are from
// resolv.conf(5).
func resolver(cfg *runtimeapi.DNSConfig) *network.Resolver {
	r := &network.Resolver{Servers: cfg.Servers, Search: cfg.Searches, Dots: 1, Timeout: 5 * time.Second, Attempts: 2}
	for _, option := range cfg.Options {
		name, value, _ := strings.Cut(option, ":")
		number, err := strconv.Atoi(value)
		switch {
		case err != nil:
		case name == "ndots":
			r.Dots = number
		case name == "timeout":
			r.Timeout = time.Duration(number) * time.Second
		case name == "attempts":
			r.Attempts = number
		}
	}
	return r
}
