package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// clusterFlags say which cluster a lesson plays on. Without them it is the
// sandbox, never the kubeconfig's current context.
type clusterFlags struct {
	kube  *genericclioptions.ConfigFlags
	allow string
}

func (f *clusterFlags) add(a *app, cmd *cobra.Command) {
	f.kube = genericclioptions.NewConfigFlags(true)
	cmd.Flags().StringVar(f.kube.Context, "context", "", a.say(lang.Messagef("use this context of your kubeconfig (default: the sandbox)", "使用 kubeconfig 里的这个上下文（默认：沙箱）")))
	cmd.Flags().StringVar(f.kube.KubeConfig, "kubeconfig", "", a.say(lang.Messagef("kubeconfig file that holds the context", "该上下文所在的 kubeconfig 文件")))
	cmd.Flags().StringVar(&f.allow, "allow-context", "", a.say(lang.Messagef("use this context although it looks like production", "即使看起来是正式环境，也使用这个上下文")))
}

// file is the kubeconfig file that the learner named, by the flag or by the
// environment, and "" when kubectl's own place is meant.
func (f *clusterFlags) file(getenv func(string) string) string {
	name := *f.kube.KubeConfig
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

// remember makes the flags name the cluster of a record, where they name none.
func (f *clusterFlags) remember(c progress.Cluster) {
	if *f.kube.Context == "" {
		*f.kube.Context = c.Context
	}
	if *f.kube.Context == c.Context && *f.kube.KubeConfig == "" && !strings.ContainsRune(c.Kubeconfig, os.PathListSeparator) {
		*f.kube.KubeConfig = c.Kubeconfig
	}
}

// recorded reaches the cluster that a record names, and fails when it has become
// another one.
func (a *app) recorded(ctx context.Context, r progress.Record, flags *clusterFlags) (*cluster.Cluster, error) {
	c, err := a.named(ctx, r, flags)
	if err != nil {
		return nil, err
	}
	_, _, err = recognize(ctx, r, c)
	return c, err
}

func (a *app) named(ctx context.Context, r progress.Record, flags *clusterFlags) (*cluster.Cluster, error) {
	flags.remember(r.Cluster)
	switch name := *flags.kube.Context; {
	case (name == "") != (r.Cluster.Context == ""):
		return nil, begunElsewhere(r)
	case name != "":
		return cluster.FromContext(ctx, flags.kube.ToRawKubeConfigLoader(), name)
	}
	return a.upSandbox(ctx)
}

// runningSandbox reaches the sandbox, and is nil where it does not run.
func (a *app) runningSandbox(ctx context.Context) *cluster.Cluster {
	dir, err := a.home()
	if err != nil {
		return nil
	}
	c, err := cluster.FromFile(ctx, dir.SandboxKubeconfig())
	if err != nil || c.Reach(ctx) != nil {
		return nil
	}
	return c
}

// upSandbox reaches the sandbox, which it starts where it does not run.
func (a *app) upSandbox(ctx context.Context) (*cluster.Cluster, error) {
	program, err := cluster.FindSandbox(a.Executable, a.getenv)
	if err != nil {
		return nil, err
	}
	if err := cluster.Up(ctx, program, a.childEnv(), a.Stderr); err != nil {
		return nil, err
	}
	dir, err := a.home()
	if err != nil {
		return nil, err
	}
	return cluster.FromFile(ctx, dir.SandboxKubeconfig())
}

// where names a cluster in a sentence.
func where(name string) lang.Message {
	if name == "" {
		return lang.Messagef("the sandbox", "沙箱")
	}
	return lang.Messagef("context %q", "上下文 %q", name)
}

// confirmCluster asks before the first change on the learner's own cluster.
func (a *app) confirmCluster(yes bool) func(context.Context, *cluster.Cluster) error {
	return func(ctx context.Context, c *cluster.Cluster) error {
		if yes {
			return nil
		}
		return a.confirm(
			ctx,
			lang.Messagef("This lesson makes a namespace of its own on context %q (%s). Go on?", "这个课程会在上下文 %q（%s）上新建一个自己的命名空间。继续吗？", c.Context, c.Server),
			lang.Messagef("nobody is here to confirm the use of context %q (%s)", "没有人可以确认使用上下文 %q（%s）", c.Context, c.Server),
			lang.Messagef("yes", "继续"),
		)
	}
}
