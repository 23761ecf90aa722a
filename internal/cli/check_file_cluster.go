package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// choose opens the context that was named, else the current one.
func (f *checkFile) choose() (*cluster.Cluster, error) {
	kube := f.check.cluster.kube
	loader := kube.ToRawKubeConfigLoader()
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, lang.Errorf("failed to read the kubeconfig: %w", "无法读取 kubeconfig，原文：%w", err)
	}
	name := cmp.Or(*kube.Context, raw.CurrentContext)
	if name == "" {
		return nil, &advice{
			what: lang.Messagef("no cluster is chosen: the kubeconfig has no current context", "没有选定集群：kubeconfig 里没有当前上下文"),
			hints: []lang.Message{
				lang.Messagef("name one with --context", "用 --context 指定一个"),
				lang.Messagef("or take the sandbox: export KUBECONFIG=$(%s sandbox kubeconfig)", "或者使用沙箱：export KUBECONFIG=$(%s sandbox kubeconfig)", brand.Command),
			},
			code: exitUsage,
		}
	}
	target, err := cluster.FromContext(loader, name)
	if missing, ok := errors.AsType[*cluster.NoContextError](err); ok {
		e := explainCluster(err)
		e.hints = e.hints[:min(len(e.hints), len(missing.Known), 1)]
		return nil, e
	}
	if err == nil && f.namespace == "" {
		f.namespace = cmp.Or(raw.Contexts[name].Namespace, "default")
	}
	return target, err
}

func (f *checkFile) unreached(ctx context.Context, c *cluster.Cluster, err error) error {
	if e := interrupted(ctx); e != nil {
		return e
	}
	return &advice{
		what:  lang.Messagef("the cluster of context %q cannot be reached: %v", "无法连接上下文 %q 的集群：%v", c.Context, words(err)),
		hints: []lang.Message{lang.Messagef("is it running? kubectl --context %s version", "它在运行吗？kubectl --context %s version", c.Context)},
	}
}

// options let checks run commands where that was allowed. They get a kubeconfig of
// the chosen context, which clean removes.
func (f *checkFile) options(c *cluster.Cluster) (options []checks.Option, clean func() error, err error) {
	if !f.allowRun {
		return nil, func() error { return nil }, nil
	}
	file, clean, err := privateKubeconfig(c, f.namespace)
	if err != nil {
		return nil, nil, err
	}
	dir := "."
	if f.name != "-" {
		dir = filepath.Dir(f.name)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, nil, errors.Join(err, clean())
	}
	return []checks.Option{checks.WithRunner(f.app.runner(shell.Config{Dir: dir, Kubeconfig: file}))}, clean, nil
}

// runner runs the commands of checks with this program's language and kubectl.
func (a *app) runner(c shell.Config) checks.Runner {
	c.Env, c.Plugin = a.childEnv(), a.Executable
	// Optional: a kubectl for machines without one.
	c.Sandbox, _ = cluster.FindSandbox(a.Executable, a.getenv)
	return shell.Runner{Config: c}
}
