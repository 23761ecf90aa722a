// Package cluster chooses the cluster for a lesson and handles it with care: it changes
// nothing on a cluster that the learner didn't choose, and deletes only what a lesson
// created.
package cluster

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Cluster is a cluster that a lesson may use.
type Cluster struct {
	// Context is the kubeconfig context that the learner chose; empty for the
	// sandbox.
	Context string
	// Server is the API server's address.
	Server string
	// Config connects to it.
	Config *rest.Config
	// OwnNames are names of this machine; requests to them must not use a proxy.
	OwnNames []string

	raw    clientcmdapi.Config
	client dynamic.Interface
}

// core is a resource of Kubernetes' core group.
func (c *Cluster) core(resource string) dynamic.NamespaceableResourceInterface {
	return c.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: resource})
}

// IsSandbox reports whether this is the built-in sandbox.
func (c *Cluster) IsSandbox() bool { return c.Context == "" }

// FromFile opens the sandbox through its kubeconfig file.
func FromFile(ctx context.Context, file string) (*Cluster, error) {
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: file}, &clientcmd.ConfigOverrides{})
	return open(ctx, loader, "")
}

// FromContext opens a context of the learner's own kubeconfig. It fails with
// *NoContextError if there is no such context.
func FromContext(ctx context.Context, loader clientcmd.ClientConfig, name string) (*Cluster, error) {
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, lang.Errorf("failed to read the kubeconfig: %w", "无法读取 kubeconfig，原文：%w", err)
	}
	if _, ok := raw.Contexts[name]; !ok {
		return nil, &NoContextError{Context: name, Known: names(raw.Contexts)}
	}
	return open(ctx, loader, name)
}

func open(ctx context.Context, loader clientcmd.ClientConfig, name string) (*Cluster, error) {
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, lang.Errorf("failed to read the kubeconfig: %w", "无法读取 kubeconfig，原文：%w", err)
	}
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, lang.Errorf("failed to read the kubeconfig: %w", "无法读取 kubeconfig，原文：%w", err)
	}
	config.QPS, config.Burst = 200, 400
	config.WarningHandler = rest.NoWarnings{}
	var own []string
	if host := ownNetwork().ownName(ctx, config); host != "" {
		own, config.Proxy = []string{host}, noProxy
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, lang.Errorf("failed to create a client for %s: %w", "无法创建 %s 的客户端，原文：%w", config.Host, err)
	}
	if name != "" {
		raw.CurrentContext = name
	}
	return &Cluster{Context: name, Server: config.Host, Config: config, OwnNames: own, raw: raw, client: client}, nil
}

// Kubeconfig returns a kubeconfig with one context, this cluster's, and namespace as
// its default. It embeds credentials from files.
func (c *Cluster) Kubeconfig(namespace string) ([]byte, error) {
	raw := *c.raw.DeepCopy()
	if err := clientcmdapi.MinifyConfig(&raw); err != nil {
		return nil, lang.Errorf("failed to reduce the kubeconfig to context %q: %w", "无法从 kubeconfig 里取出上下文 %q，原文：%w", raw.CurrentContext, err)
	}
	if err := clientcmdapi.FlattenConfig(&raw); err != nil {
		return nil, lang.Errorf("failed to embed the credentials in the kubeconfig: %w", "无法把凭据写进 kubeconfig：%w", err)
	}
	raw.Contexts[raw.CurrentContext].Namespace = namespace
	data, err := clientcmd.Write(raw)
	if err != nil {
		return nil, lang.Errorf("failed to write the kubeconfig: %w", "无法写出 kubeconfig：%w", err)
	}
	return data, nil
}
