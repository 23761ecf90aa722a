package cluster

import (
	"cmp"
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// ErrNoCurrent says that the kubeconfig has no current context.
var ErrNoCurrent = errors.New("the kubeconfig has no current context")

// Current opens the chosen context, or else the kubeconfig's current one, or else the
// cluster where this program runs as a pod. It also returns the context's namespace. It
// is for commands that change nothing: a lesson never uses the current context. It
// fails with ErrNoCurrent or *NoContextError.
func Current(ctx context.Context, choice Choice, getenv func(string) string, podFolder string) (c *Cluster, namespace string, err error) {
	loader := choice.Loader()
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, "", lang.Errorf("failed to read the kubeconfig: %w", "无法读取 kubeconfig，原文：%w", err)
	}
	name := cmp.Or(choice.Context, raw.CurrentContext)
	if name == "" && len(raw.Contexts) == 0 {
		if c, namespace, ok, err := FromPod(ctx, getenv, podFolder); ok {
			return c, namespace, err
		}
	}
	if name == "" {
		return nil, "", ErrNoCurrent
	}
	c, err = FromContext(ctx, loader, name)
	if err != nil {
		return nil, "", err
	}
	return c, cmp.Or(raw.Contexts[name].Namespace, "default"), nil
}
