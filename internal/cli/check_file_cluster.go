package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// choose opens the context that was named, else the current one.
func (f *checkFile) choose(ctx context.Context) (*cluster.Cluster, error) {
	kube := f.check.cluster.kube
	loader := kube.ToRawKubeConfigLoader()
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, lang.Errorf("failed to read the kubeconfig: %w", "无法读取 kubeconfig，原文：%w", err)
	}
	name := cmp.Or(*kube.Context, raw.CurrentContext)
	if name == "" && len(raw.Contexts) == 0 {
		target, namespace, ok, err := cluster.FromPod(ctx, f.app.getenv, f.app.PodFolder)
		if ok {
			f.namespace = cmp.Or(f.namespace, namespace)
			return target, err
		}
	}
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
	target, err := cluster.FromContext(ctx, loader, name)
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

// unreached says why the cluster cannot be reached; whoever reads JSON or JUnit is
// told of each check.
func (f *checkFile) unreached(ctx context.Context, r fileReport, cs []checks.Check, err error) error {
	if e := interrupted(ctx); e != nil {
		return e
	}
	why := words(err)
	if f.check.output != "" {
		r.Results, r.Took = unknown(cs, why), time.Since(r.Begun)
		if err := f.print(r); err != nil {
			return err
		}
	}
	return &advice{
		what:  lang.Messagef("the cluster of context %q cannot be reached: %s", "无法连接上下文 %q 的集群：%s", r.Context, why),
		hints: []lang.Message{lang.Messagef("try it yourself: kubectl --context %s version", "自己试一试：kubectl --context %s version", r.Context)},
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
	return []checks.Option{checks.WithRunner(f.app.runner(c, shell.Config{Dir: dir, Kubeconfig: file}))}, clean, nil
}

// runner runs the commands of checks with this program's language and kubectl.
func (a *app) runner(target *cluster.Cluster, c shell.Config) checks.Runner {
	c.Env, c.Plugin = a.childEnv(target.OwnNames...), a.Executable
	// Optional: a kubectl for machines without one.
	c.Sandbox, _ = cluster.FindSandbox(a.Executable, a.getenv)
	return shell.Runner{Config: c}
}
