package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/imageload"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// imagesLoadOptions are those of "kubectl learn images load".
type imagesLoadOptions struct {
	program     *program.Program
	choice      cluster.Choice
	from        string
	dryRun, yes bool
}

func newImagesLoad(p *program.Program) *cobra.Command {
	o := &imagesLoadOptions{program: p}
	cmd := &cobra.Command{
		Use:   "load",
		Short: p.Say(lang.Messagef("Load the images onto the nodes of a cluster", "把镜像加载到集群的节点上")),
		Long: p.Say(lang.Messagef(`Load the images onto the nodes of a cluster: find out which tool created it, show
the command that loads images there, and run it. This works with kind, k3d, minikube
and Docker Desktop, and with k3s, containerd or Docker on this machine.`,
			`把镜像加载到集群的节点上：先判断集群是用什么搭建的，给出加载镜像的命令，再运行它。
能识别 kind、k3d、minikube、Docker Desktop，以及本机上的 k3s、containerd 和 Docker。`)),
		Example: "  kubectl learn images load --context kind-kind --dry-run\n  kubectl learn images load --context minikube",
		Args:    help.Args(0, 0),
		RunE:    runE(o),
	}
	addClusterFlags(p, cmd, &o.choice)
	addFrom(p, cmd, &o.from)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, p.Say(lang.Messagef("only show the command, don't run it", "只显示命令，不运行")))
	cmd.Flags().BoolVar(&o.yes, "yes", false, p.Say(lang.Messagef("run the command without asking", "运行命令前不再询问")))
	return cmd
}

func (*imagesLoadOptions) complete(*cobra.Command, []string) error { return nil }
func (*imagesLoadOptions) validate() error                         { return nil }

func (o *imagesLoadOptions) run(ctx context.Context) error {
	p, name := o.program, o.choice.Context
	if name == "" {
		return o.builtIn()
	}
	c, err := o.choice.Open(ctx)
	if err != nil {
		return err
	}
	place, err := find(ctx, c)
	if err != nil {
		return err
	}
	if place.Maker == imageload.Sandbox {
		return o.builtIn()
	}
	archive, err := o.archive(place.Arch)
	if err != nil {
		return err
	}
	command := place.Command(archive.File)
	if err := p.Printf("%s\n$ %s\n", p.Say(found(place, name)), quoted(command)); err != nil {
		return err
	}
	if !o.dryRun {
		if err := o.allow(ctx, c); err != nil {
			return err
		}
		if err := o.load(ctx, command); err != nil {
			return err
		}
	}
	if len(place.Others) > 0 {
		p.Remark(lang.Messagef("Only this machine has the images now. Load them on these nodes too: %s", "现在只有本机有这些镜像。还要在以下节点上加载：%s", strings.Join(place.Others, ", ")))
	}
	return nil
}

// builtIn says that there is nothing to do.
func (o *imagesLoadOptions) builtIn() error {
	return o.program.Printf("%s\n", o.program.Say(lang.Messagef("The sandbox has all %d images built in, so there is nothing to load. For your own cluster, add --context NAME.",
		"沙箱已内置全部 %d 个镜像，无需加载。要加载到你自己的集群，请加上 --context 名称。", len(images.All()))))
}

// find recognizes the tool that created a cluster. If it can't, the error says what to
// do by hand.
func find(ctx context.Context, c *cluster.Cluster) (imageload.Place, error) {
	nodes, err := askNodes(ctx, c)
	if err != nil && ctx.Err() != nil {
		return imageload.Place{}, ctx.Err()
	}
	place := imageload.Find(c.Context, nodes, ownAddresses())
	if place.Maker != imageload.Unknown {
		return place, nil
	}
	if err != nil {
		return place, &advice.Error{
			What:  lang.Messagef("can't tell which tool created the cluster of context %q: %v", "无法判断上下文 %q 的集群是用什么搭建的：%v", c.Context, advice.Words(err)),
			Hints: byHand(),
		}
	}
	return place, &advice.Error{
		What:  lang.Messagef("can't load images into context %q: kind, k3d, minikube or Docker Desktop didn't create its nodes, and none of them is this machine", "无法把镜像加载到上下文 %q：它的节点不是本机，也不是由 kind、k3d、minikube 或 Docker Desktop 创建的", c.Context),
		Hints: byHand(),
	}
}

// archive finds the archive for the nodes. If the nodes didn't respond, they run on
// this machine, because only tools that run nodes here are recognized by a context's
// name.
func (o *imagesLoadOptions) archive(arch string) (imageload.Archive, error) {
	wanted := arch
	if wanted == "" {
		wanted = runtime.GOARCH
	}
	if !slices.Contains(images.Architectures(), wanted) {
		return imageload.Archive{}, &advice.Error{What: lang.Messagef("the nodes are linux/%s, and there are no images for that", "没有适用于节点平台 linux/%s 的镜像", wanted)}
	}
	archive, err := imageload.Open(o.from, o.program.Executable, wanted)
	if err != nil {
		return archive, err
	}
	return archive, fits(archive, arch)
}

// found describes a cluster, to show before the command.
func found(p imageload.Place, name string) lang.Message {
	switch p.Maker {
	case imageload.Kind, imageload.K3d, imageload.Minikube:
		return lang.Messagef("Context %q is the %s cluster %q.", "上下文 %q 是 %s 集群 %q。", name, string(p.Maker), p.Name)
	case imageload.Docker:
		return lang.Messagef("Context %q uses the images of Docker on this machine.", "上下文 %q 直接使用本机 Docker 里的镜像。", name)
	case imageload.K3s, imageload.Containerd:
		return lang.Messagef("This machine is a node of context %q and runs %s.", "本机是上下文 %q 的一个节点，使用 %s。", name, string(p.Maker))
	case imageload.Sandbox, imageload.Unknown:
	}
	return lang.Messagef("Can't tell which tool created the cluster of context %q.", "无法判断上下文 %q 的集群是用什么搭建的。", name)
}

func quoted(command []string) string {
	words := make([]string, len(command))
	for i, word := range command {
		words[i] = word
		if q, err := syntax.Quote(word, syntax.LangBash); err == nil {
			words[i] = q
		}
	}
	return strings.Join(words, " ")
}

// allow rejects what looks like production, and asks before the first change.
func (o *imagesLoadOptions) allow(ctx context.Context, c *cluster.Cluster) error {
	if o.choice.Allow != c.Context {
		if err := c.Guard(ctx); err != nil {
			return err
		}
	}
	if o.yes {
		return nil
	}
	return confirm(
		ctx, o.program,
		lang.Messagef("Run this command for context %q (%s)?", "为上下文 %q（%s）运行这条命令吗？", c.Context, c.Server),
		lang.Messagef("using context %q (%s) needs your confirmation", "使用上下文 %q（%s）需要你确认", c.Context, c.Server),
		lang.Messagef("yes", "运行"),
	)
}

// load runs the command. Its output goes to stderr, because it is not a result.
func (o *imagesLoadOptions) load(ctx context.Context, command []string) error {
	p := o.program
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.Stdin, run.Stdout, run.Stderr, run.Env = p.In, p.ErrOut, p.ErrOut, p.Env
	err := run.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return p.Printf("%s\n", p.Say(lang.Messagef("Loaded the images. To see them: %s images list --context %s", "镜像已加载。查看：%s images list --context %s", brand.Command, o.choice.Context)))
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return &advice.Error{
			What:  lang.Messagef("%s failed with exit code %d", "%s 失败，退出码为 %d", command[0], exit.ExitCode()),
			Hints: []lang.Message{lang.Messagef("see its output above; if it lacked permission, run the command with sudo", "它的输出见上；如果是权限不够，用 sudo 运行上面的命令")},
		}
	case errors.Is(err, exec.ErrNotFound):
		return &advice.Error{
			What:  lang.Messagef("%s is not on PATH", "PATH 里找不到 %s", command[0]),
			Hints: []lang.Message{lang.Messagef("run the command above on a machine that has %s", "在装有 %s 的机器上运行上面的命令", command[0])},
		}
	}
	return err
}

// byHand says how to load the images without a command for the cluster.
func byHand() []lang.Message {
	return []lang.Message{
		lang.Messagef("save the archive with \"%s images save\", copy it to each node, and run there: ctr -n k8s.io images import FILE",
			"用 \"%s images save\" 写出归档文件，复制到每个节点，再在节点上运行：ctr -n k8s.io images import 文件", brand.Command),
		lang.Messagef("or push the images to a registry that the nodes can pull from, and add its name to the image names in the manifests",
			"或者把镜像推送到节点能拉取的镜像仓库，并在清单里的镜像名前加上仓库名"),
	}
}

// ownAddresses returns this machine's addresses, except loopback. If there are none, no
// node counts as this machine.
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
