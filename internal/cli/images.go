package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/supply"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// nodesTimeout is how long a cluster may take to name its nodes.
const nodesTimeout = 10 * time.Second

func (a *app) newImages() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "images",
		Short: a.say(lang.Messagef("Bring the lessons' own images to a cluster of yours", "把课程自带的镜像装进你自己的集群")),
		Long: a.say(lang.Messagef(`The lessons run a few images that no registry has. The sandbox has them built in.
A cluster of your own wants them loaded once.`,
			`课程用到几个任何镜像仓库里都没有的镜像。沙箱已经内置了它们；
你自己的集群则需要先加载一次。`)),
		Args: help.Group,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.newImagesList(), a.newImagesSave(), a.newImagesLoad())
	return cmd
}

// addFrom adds the flag that says where the archives are.
func (a *app) addFrom(cmd *cobra.Command, from *string) {
	cmd.Flags().StringVar(from, "from", "", a.say(lang.Messagef("archive of the images, or the folder that holds it", "镜像归档文件，或者它所在的文件夹")))
}

// askNodes returns the nodes of a cluster that may not answer.
func askNodes(ctx context.Context, c *cluster.Cluster) ([]corev1.Node, error) {
	ctx, cancel := context.WithTimeout(ctx, nodesTimeout)
	defer cancel()
	return c.Nodes(ctx)
}

// ownAddresses are this machine's, loopback apart. Without them no node is
// taken for this machine.
func ownAddresses() []string {
	var out []string
	all, err := net.InterfaceAddrs()
	for _, addr := range all {
		if ip, ok := addr.(*net.IPNet); err == nil && ok && !ip.IP.IsLoopback() {
			out = append(out, ip.IP.String())
		}
	}
	return out
}

// platformArch reads "linux/amd64"; empty is this machine's architecture.
func platformArch(platform string) (string, error) {
	if platform == "" {
		platform = "linux/" + runtime.GOARCH
	}
	var known []string
	for _, arch := range images.Architectures() {
		if platform == "linux/"+arch {
			return arch, nil
		}
		known = append(known, "linux/"+arch)
	}
	return "", usagef("there are no images for %q; choose one of %s", "没有适用于 %q 的镜像；可选：%s", platform, strings.Join(known, ", "))
}

func explainImages(err error) *advice {
	if e, ok := errors.AsType[*supply.NoArchiveError](err); ok {
		return &advice{
			what: lang.Messagef("the archive of the images is missing; looked for %s", "找不到镜像归档文件；已查找 %s", strings.Join(e.Looked, ", ")),
			hints: []lang.Message{
				lang.Messagef("in the source tree, write it: make images", "在源码目录里生成它：make images"),
				lang.Messagef("or say where it is: --from FILE", "或者指明它在哪里：--from 文件"),
			},
		}
	}
	if e, ok := errors.AsType[*supply.NotArchiveError](err); ok {
		return &advice{
			what:  lang.Messagef("%s is no archive of images: %v", "%s 不是镜像归档文件：%v", e.File, words(e.Err)),
			hints: []lang.Message{lang.Messagef("write it anew: make images", "重新生成它：make images")},
		}
	}
	return nil
}

// byHand is what can be done about images without a command for the cluster.
func byHand() []lang.Message {
	return []lang.Message{
		lang.Messagef("write the archive, copy it to each node, and there: ctr -n k8s.io images import FILE; the archive: %s images save",
			"写出归档文件，复制到每个节点，并在节点上运行：ctr -n k8s.io images import 文件；写出归档文件：%s images save", brand.Command),
		lang.Messagef("or push the images to a registry that the nodes pull from, and put its name before theirs in the manifests",
			"或者把镜像推送到节点能拉取的镜像仓库，并在清单里的镜像名前加上仓库名"),
	}
}

// nodesWord counts nodes in words.
func nodesWord(n int) lang.Message {
	if n == 1 {
		return lang.Messagef("1 node", "1 个节点")
	}
	return lang.Messagef("%d nodes", "%d 个节点", n)
}

// megabytes says a size as a person reads it.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
