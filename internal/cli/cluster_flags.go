package cli

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// addClusterFlags adds the flags that choose a cluster.
func addClusterFlags(p *program.Program, cmd *cobra.Command, c *cluster.Choice) {
	cmd.Flags().StringVar(&c.Context, "context", "", p.Say(lang.Messagef("use this kubeconfig context (default: the sandbox)", "使用 kubeconfig 里的这个上下文（默认：沙箱）")))
	cmd.Flags().StringVar(&c.Kubeconfig, "kubeconfig", "", p.Say(lang.Messagef("kubeconfig file with that context", "该上下文所在的 kubeconfig 文件")))
	cmd.Flags().StringVar(&c.Allow, "allow-context", "", p.Say(lang.Messagef("use this context even if it looks like production", "即使看起来是生产环境，也使用这个上下文")))
}
