package steps

import (
	"regexp"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// Requires is what a cluster must have for a lesson.
type Requires struct {
	// Kubernetes is the oldest version that will do, such as ">=1.30"; empty for
	// any.
	Kubernetes string `yaml:"kubernetes"`
	// Nodes is the least number of nodes.
	Nodes        int          `yaml:"nodes"`
	Images       []string     `yaml:"images"`
	Capabilities []Capability `yaml:"capabilities"`
}

// Capability is something that not every cluster can do.
type Capability string

// The capabilities.
const (
	// CapabilityIngress is a controller that serves Ingress objects.
	CapabilityIngress Capability = "ingress"
	// CapabilityIngressNginx is the controller ingress-nginx with its class nginx:
	// its annotations are its own, others do not follow them.
	CapabilityIngressNginx Capability = "ingress-nginx"
)

// Capabilities returns all that a lesson may require.
func Capabilities() []Capability { return []Capability{CapabilityIngress, CapabilityIngressNginx} }

// Name says what a cluster with the capability has.
func (c Capability) Name() lang.Message {
	switch c {
	case CapabilityIngress:
		return lang.Messagef("an ingress controller", "Ingress 控制器")
	case CapabilityIngressNginx:
		return lang.Messagef("the ingress controller ingress-nginx, with its class nginx", "Ingress 控制器 ingress-nginx（及其 IngressClass nginx）")
	}
	return lang.Same(string(c))
}

var oldestVersion = regexp.MustCompile(`^>=1\.\d+$`)

func checkRequires(r Requires, f *faults) {
	if r.Kubernetes != "" && !oldestVersion.MatchString(r.Kubernetes) {
		f.add(1, `write the required Kubernetes version as ">=1.30", not %q`, r.Kubernetes)
	}
	if r.Nodes < 0 {
		f.add(1, "a lesson can't require %d nodes", r.Nodes)
	}
	var known []string
	for _, c := range Capabilities() {
		known = append(known, string(c))
	}
	for _, c := range r.Capabilities {
		if !slices.Contains(known, string(c)) {
			f.add(1, "unknown capability %q%s", c, nearest.Hint(string(c), known))
		}
	}
}
