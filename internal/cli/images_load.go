package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/images"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/supply"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

type imagesLoad struct {
	cluster     clusterFlags
	from        string
	dryRun, yes bool
}

func (a *app) newImagesLoad() *cobra.Command {
	o := &imagesLoad{}
	cmd := &cobra.Command{
		Use:   "load",
		Short: a.say(lang.Messagef("Load the images into the nodes of a cluster", "把镜像加载到集群的节点上")),
		Long: a.say(lang.Messagef(`Load the images into the nodes of a cluster: find out what it is made with, show
the command that loads images there, and run it. kind, k3d, minikube, Docker
Desktop, and k3s, containerd or Docker on this machine are known.`,
			`把镜像加载到集群的节点上：先判断集群是用什么搭建的，给出加载镜像的命令，再运行它。
能识别 kind、k3d、minikube、Docker Desktop，以及本机上的 k3s、containerd 和 Docker。`)),
		Example: "  kubectl learn images load --context kind-kind --dry-run\n  kubectl learn images load --context minikube",
		Args:    help.Args(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), a) },
	}
	o.cluster.add(a, cmd)
	a.addFrom(cmd, &o.from)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, a.say(lang.Messagef("show the command and do not run it", "只显示命令，不运行")))
	cmd.Flags().BoolVar(&o.yes, "yes", false, a.say(lang.Messagef("do not ask before the command is run", "运行命令前不再询问")))
	return cmd
}

func (o *imagesLoad) run(ctx context.Context, a *app) error {
	name := *o.cluster.kube.Context
	if name == "" {
		return a.builtIn()
	}
	c, err := cluster.FromContext(ctx, o.cluster.kube.ToRawKubeConfigLoader(), name)
	if err != nil {
		return err
	}
	place, err := a.find(ctx, c)
	if err != nil {
		return err
	}
	if place.Maker == supply.Sandbox {
		return a.builtIn()
	}
	archive, err := o.archive(a, place.Arch)
	if err != nil {
		return err
	}
	command := place.Command(archive.File)
	if err := a.print("%s\n$ %s\n", a.say(found(place, name)), quoted(command)); err != nil {
		return err
	}
	if !o.dryRun {
		if err := o.allow(ctx, a, c); err != nil {
			return err
		}
		if err := a.load(ctx, command, name); err != nil {
			return err
		}
	}
	if len(place.Others) > 0 {
		a.remark(lang.Messagef("This reaches only the node that is this machine. The same is to be done on: %s", "这只会加载到本机这个节点。以下节点也要同样操作：%s", strings.Join(place.Others, ", ")))
	}
	return nil
}

// builtIn says that there is nothing to do.
func (a *app) builtIn() error {
	return a.print("%s\n", a.say(lang.Messagef("The sandbox has all %d images built in: there is nothing to load. For a cluster of your own: --context NAME",
		"沙箱已内置全部 %d 个镜像，无需加载。要加载到你自己的集群：--context 名称", len(images.All()))))
}

// find says what a cluster is. One that is not known is an error with what can
// be done by hand.
func (a *app) find(ctx context.Context, c *cluster.Cluster) (supply.Place, error) {
	nodes, err := askNodes(ctx, c)
	if err != nil && ctx.Err() != nil {
		return supply.Place{}, ctx.Err()
	}
	place := supply.Find(c.Context, nodes, ownAddresses())
	if place.Maker != supply.Unknown {
		return place, nil
	}
	if err != nil {
		return place, &advice{
			what:  lang.Messagef("cannot find out what context %q is: %v", "无法判断上下文 %q 是什么集群：%v", c.Context, words(err)),
			hints: byHand(),
		}
	}
	return place, &advice{
		what:  lang.Messagef("cannot load images into context %q: its nodes are neither this machine nor made by kind, k3d, minikube or Docker Desktop", "无法把镜像加载到上下文 %q：它的节点不是本机，也不是由 kind、k3d、minikube 或 Docker Desktop 创建的", c.Context),
		hints: byHand(),
	}
}

// archive finds the one for the nodes. Those that could not be asked run on this
// machine, as only makers that run them here are known by a context's name.
func (o *imagesLoad) archive(a *app, arch string) (supply.Archive, error) {
	wanted := arch
	if wanted == "" {
		wanted = runtime.GOARCH
	}
	if !slices.Contains(images.Architectures(), wanted) {
		return supply.Archive{}, &advice{what: lang.Messagef("there are no images for linux/%s, which the nodes are", "没有适用于节点平台 linux/%s 的镜像", wanted)}
	}
	archive, err := supply.Open(o.from, a.Executable, wanted)
	if err != nil {
		return archive, err
	}
	return archive, fits(archive, arch)
}

// found is what is said of a cluster before the command.
func found(p supply.Place, name string) lang.Message {
	switch p.Maker {
	case supply.Kind, supply.K3d, supply.Minikube:
		return lang.Messagef("Context %q is the %s cluster %q.", "上下文 %q 是 %s 集群 %q。", name, string(p.Maker), p.Name)
	case supply.Docker:
		return lang.Messagef("Context %q runs what Docker on this machine holds.", "上下文 %q 直接使用本机 Docker 里的镜像。", name)
	case supply.K3s, supply.Containerd:
		return lang.Messagef("Context %q has this machine as a node, with %s.", "本机是上下文 %q 的一个节点，使用 %s。", name, string(p.Maker))
	case supply.Sandbox, supply.Unknown:
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
func (o *imagesLoad) allow(ctx context.Context, a *app, c *cluster.Cluster) error {
	if o.cluster.allow != c.Context {
		if err := c.Guard(ctx); err != nil {
			return err
		}
	}
	if o.yes {
		return nil
	}
	return a.confirm(
		ctx,
		lang.Messagef("Run it, for context %q (%s)?", "为上下文 %q（%s）运行它吗？", c.Context, c.Server),
		lang.Messagef("nobody is here to confirm the use of context %q (%s)", "没有人可以确认使用上下文 %q（%s）", c.Context, c.Server),
		lang.Messagef("yes", "运行"),
	)
}

// load runs the command, whose words are for stderr: they are no result.
func (a *app) load(ctx context.Context, command []string, name string) error {
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.Stdin, run.Stdout, run.Stderr, run.Env = a.Stdin, a.Stderr, a.Stderr, a.Env
	err := run.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return a.print("%s\n", a.say(lang.Messagef("The images are loaded. Look: %s images list --context %s", "镜像已加载。查看：%s images list --context %s", brand.Command, name)))
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return &advice{
			what:  lang.Messagef("%s ended with status %d", "%s 以状态码 %d 结束", command[0], exit.ExitCode()),
			hints: []lang.Message{lang.Messagef("what it said stands above; where it lacks rights, run the command that is shown with sudo", "它的输出见上；如果是权限不够，用 sudo 运行上面显示的命令")},
		}
	case errors.Is(err, exec.ErrNotFound):
		return &advice{
			what:  lang.Messagef("%s is not on PATH", "PATH 里找不到 %s", command[0]),
			hints: []lang.Message{lang.Messagef("run the command that is shown where %s is", "在装有 %s 的地方运行上面显示的命令", command[0])},
		}
	}
	return err
}
