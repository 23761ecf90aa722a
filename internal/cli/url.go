package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func (a *app) newURL() *cobra.Command {
	flags := &clusterFlags{}
	namespace := ""
	cmd := &cobra.Command{
		Use:   "url service/NAME | pod/NAME | ingress/NAME",
		Short: a.say(lang.Messagef("Print an address at which this machine reaches a Service", "打印本机可以访问某个 Service 的地址")),
		Long: a.say(lang.Messagef(`Print an address at which this machine reaches a Service of the lesson that was
played last. Inside the lesson this always works, for a pod too; in another
terminal the Service needs a node port that answers from here. For an Ingress it
is the address of its controller.`,
			`打印本机可以访问某个 Service 的地址，这个 Service 属于最近进行的那一课。
在课程里总是可用，对 Pod 也可以；在别的终端里，则需要 Service 有一个从本机可以访问的节点端口。
对 Ingress 打印的是它的控制器的地址。`)),
		Example: "  kubectl learn url service/web\n  curl \"$(kubectl learn url service/web)\"",
		Args:    help.Args(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.url(cmd.Context(), flags, namespace, args[0])
		},
	}
	flags.add(a, cmd)
	cmd.Flags().StringVarP(&namespace, "namespace", "n", "", a.say(lang.Messagef("namespace of the Service", "Service 所在的命名空间")))
	return cmd
}

func (a *app) url(ctx context.Context, flags *clusterFlags, namespace, wanted string) error {
	to, err := readTarget(wanted)
	if err != nil {
		return err
	}
	if to.kind == "pod" {
		return &advice{
			what:  lang.Messagef("only a lesson keeps a forward to a pod open", "只有在课程里，才会为 Pod 保持端口转发"),
			hints: []lang.Message{lang.Messagef("forward a port of your own: kubectl port-forward pod/%s :PORT", "自己转发一个端口：kubectl port-forward pod/%s :PORT", to.name)},
			code:  exitUsage,
		}
	}
	c, current, err := a.current(ctx, flags)
	if err != nil {
		return err
	}
	if namespace == "" {
		namespace = current
	}
	finder, err := reach.New(c.Config)
	if err != nil {
		return err
	}
	if to.kind == "ingress" {
		if namespace, to.name, err = finder.Door(ctx, namespace, to.name); err != nil {
			return err
		}
	}
	address, err := finder.NodePort(ctx, namespace, to.name)
	if err != nil {
		return err
	}
	return a.print("http://%s\n", address)
}

// current is the cluster that the flags name, else that of the lesson that was
// played last, else the sandbox where it runs; and the namespace of that lesson,
// else default.
func (a *app) current(ctx context.Context, flags *clusterFlags) (*cluster.Cluster, string, error) {
	if name := *flags.kube.Context; name != "" {
		c, err := cluster.FromContext(ctx, flags.kube.ToRawKubeConfigLoader(), name)
		if err == nil {
			err = c.Reach(ctx)
		}
		return c, "default", err
	}
	catalog, err := a.catalog()
	if err != nil {
		return nil, "", err
	}
	record, err := a.last(catalog)
	if err != nil {
		return nil, "", err
	}
	if record.Lesson == "" {
		if c := a.runningSandbox(ctx); c != nil {
			return c, "default", nil
		}
		return nil, "", notBegun(catalog.Courses()[0].Lessons[0].ID)
	}
	c, err := a.recorded(ctx, record, flags)
	return c, record.Namespace.Name, err
}

// target is what an address is asked of.
type target struct{ kind, name string }

// readTarget reads service/NAME, pod/NAME or ingress/NAME.
func readTarget(text string) (target, error) {
	kind, name, _ := strings.Cut(text, "/")
	switch {
	case name == "":
	case slices.Contains([]string{"service", "services", "svc"}, kind):
		return target{"service", name}, nil
	case slices.Contains([]string{"pod", "pods", "po"}, kind):
		return target{"pod", name}, nil
	case slices.Contains([]string{"ingress", "ingresses", "ing"}, kind):
		return target{"ingress", name}, nil
	}
	return target{}, usagef("%q is none of service/NAME, pod/NAME and ingress/NAME", "%q 不是 service/名称、pod/名称或 ingress/名称", text)
}

// lessonURL answers "kubectl learn url" inside a lesson, where a forward lasts
// as long as the lesson is open.
func (a *app) lessonURL(forwards *reach.Forwards, namespace string) func(context.Context, []string, io.Writer, io.Writer) int {
	return func(ctx context.Context, args []string, out, errOut io.Writer) int {
		address, err := forwarded(ctx, forwards, namespace, args)
		if err == nil {
			_, err = fmt.Fprintf(out, "http://%s\n", address)
		}
		if err == nil {
			return exitDone
		}
		return a.complain(errOut, a.explain(err))
	}
}

func forwarded(ctx context.Context, forwards *reach.Forwards, namespace string, args []string) (string, error) {
	flags := pflag.NewFlagSet("url", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVarP(&namespace, "namespace", "n", namespace, "")
	if err := flags.Parse(args); err != nil {
		return "", help.FlagError(&cobra.Command{}, err)
	}
	if flags.NArg() != 1 {
		return "", usagef("%s url wants one service/NAME, pod/NAME or ingress/NAME", "%s url 后面要写一个 service/名称、pod/名称或 ingress/名称", brand.Command)
	}
	to, err := readTarget(flags.Arg(0))
	if err != nil {
		return "", err
	}
	switch to.kind {
	case "pod":
		return forwards.PodAddress(ctx, namespace, to.name)
	case "ingress":
		return forwards.DoorAddress(ctx, namespace, to.name)
	}
	return forwards.Address(ctx, namespace, to.name)
}

func explainReach(err error) *advice {
	if e, ok := errors.AsType[*reach.NotReachedError](err); ok {
		what := lang.Messagef("Service %q has no node port", "Service %q 没有节点端口", e.Service)
		if e.NodePort != 0 {
			what = lang.Messagef("no node of this cluster answers on port %d from here", "从本机访问不到集群节点的 %d 端口", e.NodePort)
		}
		forward := lang.Messagef("forward a port of your own: kubectl port-forward service/%s 8080:%d", "用端口转发访问：kubectl port-forward service/%s 8080:%d", e.Service, e.Port)
		return &advice{what: what, hints: []lang.Message{forward}}
	}
	if e, ok := errors.AsType[*reach.NoControllerError](err); ok {
		what := lang.Messagef("Ingress %q has no class, so no controller serves it", "Ingress %q 没有指定 IngressClass，所以没有控制器处理它", e.Ingress)
		switch {
		case e.Controller != "":
			what = lang.Messagef("no Service is known for the controller %s, which serves Ingress %q", "找不到控制器 %s 的 Service，而 Ingress %q 由它处理", e.Controller, e.Ingress)
		case e.Class != "":
			what = lang.Messagef("there is no IngressClass %q, which Ingress %q asks for", "没有 IngressClass %q，而 Ingress %q 要求使用它", e.Class, e.Ingress)
		}
		return &advice{what: what, hints: []lang.Message{lang.Messagef("name the controller's Service: %s url service/NAME -n NAMESPACE", "写出控制器的 Service：%s url service/名字 -n 命名空间", brand.Command)}}
	}
	if e, ok := errors.AsType[*reach.NoPortError](err); ok {
		return &advice{
			what:  lang.Messagef("no container of Pod %q names a port", "Pod %q 的容器没有写明端口", e.Pod),
			hints: []lang.Message{lang.Messagef("forward the port that you know: kubectl port-forward pod/%s :PORT", "转发你知道的端口：kubectl port-forward pod/%s :PORT", e.Pod)},
		}
	}
	if e, ok := errors.AsType[*reach.NoEndpointError](err); ok {
		return &advice{
			what:  lang.Messagef("no ready pod stands behind Service %q", "Service %q 后面没有就绪的 Pod", e.Service),
			hints: []lang.Message{lang.Messagef("look at its endpoints: kubectl describe service %s", "查看它的端点：kubectl describe service %s", e.Service)},
		}
	}
	return nil
}
