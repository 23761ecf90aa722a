package cluster

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Choice is the learner's choice of a cluster. Without a context it is the sandbox,
// never the kubeconfig's current context.
type Choice struct {
	// Context is a context of the learner's kubeconfig.
	Context string
	// Kubeconfig is the file with that context; "" means kubectl's default.
	Kubeconfig string
	// Allow is the context that may be used even if it looks like production.
	Allow string
}

// Where names a cluster in a sentence, by its context; "" is the sandbox.
func Where(name string) lang.Message {
	if name == "" {
		return lang.Messagef("the sandbox", "沙箱")
	}
	return lang.Messagef("context %q", "上下文 %q", name)
}

// Open opens the chosen context. It fails with *NoContextError if there is no such
// context.
func (c Choice) Open(ctx context.Context) (*Cluster, error) {
	return FromContext(ctx, c.Loader(), c.Context)
}

// Loader reads the kubeconfig as kubectl does.
func (c Choice) Loader() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.DefaultClientConfig = &clientcmd.DefaultClientConfig
	rules.ExplicitPath = c.Kubeconfig
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules,
		&clientcmd.ConfigOverrides{ClusterDefaults: clientcmd.ClusterDefaults, CurrentContext: c.Context})
}

// File is the kubeconfig file that the learner chose, by the flag or the environment;
// "" means kubectl's default.
func (c Choice) File(getenv func(string) string) string {
	name := c.Kubeconfig
	if name == "" {
		name = getenv("KUBECONFIG")
	}
	if name == "" || strings.ContainsRune(name, os.PathListSeparator) {
		return name
	}
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}
