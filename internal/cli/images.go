package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// nodesTimeout is how long a cluster may take to list its nodes.
const nodesTimeout = 10 * time.Second

func newImages(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "images",
		Short: p.Say(lang.Messagef("Load the lessons' own images into your cluster", "把课程自带的镜像加载到你自己的集群")),
		Long: p.Say(lang.Messagef(`The lessons use a few images that are in no registry. The sandbox has them built in.
On a cluster of your own, load them once.`,
			`课程用到几个任何镜像仓库里都没有的镜像。沙箱已经内置了它们；
你自己的集群则需要先加载一次。`)),
		Args: help.Group,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newImagesList(p), newImagesSave(p), newImagesLoad(p))
	return cmd
}

// addFrom adds the flag that says where the archives are.
func addFrom(p *program.Program, cmd *cobra.Command, from *string) {
	cmd.Flags().StringVar(from, "from", "", p.Say(lang.Messagef("image archive, or the folder that contains it", "镜像归档文件，或者它所在的文件夹")))
}

// askNodes returns the nodes of a cluster, which may not respond.
func askNodes(ctx context.Context, c *cluster.Cluster) ([]corev1.Node, error) {
	ctx, cancel := context.WithTimeout(ctx, nodesTimeout)
	defer cancel()
	return c.Nodes(ctx)
}

// megabytes formats a size for people.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
