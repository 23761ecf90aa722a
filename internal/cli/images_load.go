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
		Short: p.Say(lang.Messagef("Load the images into the nodes of a cluster", "把镜像加载到集群的节点上")),
		Long: p.Say(lang.Messagef(`Load the images into the nodes of a cluster: find out what it is made with, show
the command that loads images there, and run it. kind, k3d, minikube, Docker
Desktop, and k3s, containerd or Docker on this machine are known.`,
			`把镜像加载到集群的节点上：先判断集群是用什么搭建的，给出加载镜像的命令，再运行它。
能识别 kind、k3d、minikube、Docker Desktop，以及本机上的 k3s、containerd 和 Docker。`)),
		Example: "  kubectl learn images load --context kind-kind --dry-run\n  kubectl learn images load --context minikube",
		Args:    help.Args(0, 0),
		RunE:    runE(o),
	}
	addClusterFlags(p, cmd, &o.choice)
	addFrom(p, cmd, &o.from)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, p.Say(lang.Messagef("show the command and do not run it", "只显示命令，不运行")))
	cmd.Flags().BoolVar(&o.yes, "yes", false, p.Say(lang.Messagef("do not ask before the command is run", "运行命令前不再询问")))
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
		p.Remark(lang.Messagef("This reaches only the node that is this machine. The same is to be done on: %s", "这只会加载到本机这个节点。以下节点也要同样操作：%s", strings.Join(place.Others, ", ")))
	}
	return nil
}

// builtIn says that there is nothing to do.
func (o *imagesLoadOptions) builtIn() error {
	return o.program.Printf("%s\n", o.program.Say(lang.Messagef("The sandbox has all %d images built in: there is nothing to load. For a cluster of your own: --context NAME",
		"沙箱已内置全部 %d 个镜像，无需加载。要加载到你自己的集群：--context 名称", len(images.All()))))
}

// find says what a cluster is. One that is not known is an error with what can
// be done by hand.
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
			What:  lang.Messagef("cannot find out what context %q is: %v", "无法判断上下文 %q 是什么集群：%v", c.Context, advice.Words(err)),
			Hints: byHand(),
		}
	}
	return place, &advice.Error{
		What:  lang.Messagef("cannot load images into context %q: its nodes are neither this machine nor made by kind, k3d, minikube or Docker Desktop", "无法把镜像加载到上下文 %q：它的节点不是本机，也不是由 kind、k3d、minikube 或 Docker Desktop 创建的", c.Context),
		Hints: byHand(),
	}
}

// archive finds the one for the nodes. Those that could not be asked run on this
// machine, as only makers that run them here are known by a context's name.
func (o *imagesLoadOptions) archive(arch string) (imageload.Archive, error) {
	wanted := arch
	if wanted == "" {
		wanted = runtime.GOARCH
	}
	if !slices.Contains(images.Architectures(), wanted) {
		return imageload.Archive{}, &advice.Error{What: lang.Messagef("there are no images for linux/%s, which the nodes are", "没有适用于节点平台 linux/%s 的镜像", wanted)}
	}
	archive, err := imageload.Open(o.from, o.program.Executable, wanted)
	if err != nil {
		return archive, err
	}
	return archive, fits(archive, arch)
}

// found is what is said of a cluster before the command.
func found(p imageload.Place, name string) lang.Message {
	switch p.Maker {
	case imageload.Kind, imageload.K3d, imageload.Minikube:
		return lang.Messagef("Context %q is the %s cluster %q.", "上下文 %q 是 %s 集群 %q。", name, string(p.Maker), p.Name)
	case imageload.Docker:
		return lang.Messagef("Context %q runs what Docker on this machine holds.", "上下文 %q 直接使用本机 Docker 里的镜像。", name)
	case imageload.K3s, imageload.Containerd:
		return lang.Messagef("Context %q has this machine as a node, with %s.", "本机是上下文 %q 的一个节点，使用 %s。", name, string(p.Maker))
	case imageload.Sandbox, imageload.Unknown:
	}
	return lang.Messagef("Context %q is not known.", "无法识别上下文 %q。", name)
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

// allow refuses what looks like production and asks before the first change.
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
		lang.Messagef("Run it, for context %q (%s)?", "为上下文 %q（%s）运行它吗？", c.Context, c.Server),
		lang.Messagef("nobody is here to confirm the use of context %q (%s)", "没有人可以确认使用上下文 %q（%s）", c.Context, c.Server),
		lang.Messagef("yes", "运行"),
	)
}

// load runs the command, whose words are for stderr: they are no result.
func (o *imagesLoadOptions) load(ctx context.Context, command []string) error {
	p := o.program
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.Stdin, run.Stdout, run.Stderr, run.Env = p.In, p.ErrOut, p.ErrOut, p.Env
	err := run.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return p.Printf("%s\n", p.Say(lang.Messagef("The images are loaded. Look: %s images list --context %s", "镜像已加载。查看：%s images list --context %s", brand.Command, o.choice.Context)))
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return &advice.Error{
			What:  lang.Messagef("%s ended with status %d", "%s 以状态码 %d 结束", command[0], exit.ExitCode()),
			Hints: []lang.Message{lang.Messagef("what it said stands above; where it lacks rights, run the command that is shown with sudo", "它的输出见上；如果是权限不够，用 sudo 运行上面显示的命令")},
		}
	case errors.Is(err, exec.ErrNotFound):
		return &advice.Error{
			What:  lang.Messagef("%s is not on PATH", "PATH 里找不到 %s", command[0]),
			Hints: []lang.Message{lang.Messagef("run the command that is shown where %s is", "在装有 %s 的地方运行上面显示的命令", command[0])},
		}
	}
	return err
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
