package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/reach"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// urlOptions are those of "kubectl learn url".
type urlOptions struct {
	program   *program.Program
	choice    cluster.Choice
	namespace string
	target    target
	// fault says what is wrong with the target.
	fault error
}

func newURL(p *program.Program) *cobra.Command {
	o := &urlOptions{program: p}
	cmd := &cobra.Command{
		Use:   "url service/NAME | pod/NAME | ingress/NAME",
		Short: p.Say(lang.Messagef("Print an address where this machine can reach a Service", "打印本机可以访问某个 Service 的地址")),
		Long: p.Say(lang.Messagef(`Print an address where this machine can reach a Service of your latest lesson. In
the lesson itself this always works, for a pod too. In another terminal, the Service
needs a node port that this machine can reach. For an Ingress, print the address of
its controller.`,
			`打印本机可以访问某个 Service 的地址，这个 Service 属于你最近学的那一课。
在课程里总是可用，对 Pod 也可以。在别的终端里，Service 需要有一个本机可以访问的节点端口。
对 Ingress，打印的是它的控制器的地址。`)),
		Example: "  kubectl learn url service/web\n  curl \"$(kubectl learn url service/web)\"",
		Args:    help.Args(1, 1),
		RunE:    runE(o),
	}
	addClusterFlags(p, cmd, &o.choice)
	cmd.Flags().StringVarP(&o.namespace, "namespace", "n", "", p.Say(lang.Messagef("namespace of the Service", "Service 所在的命名空间")))
	return cmd
}

func (o *urlOptions) complete(_ *cobra.Command, args []string) error {
	o.target, o.fault = readTarget(args[0])
	return nil
}

func (o *urlOptions) validate() error {
	if o.fault != nil {
		return o.fault
	}
	if o.target.kind != "pod" {
		return nil
	}
	return &advice.Error{
		What:  lang.Messagef("can't keep a forward to a pod open outside a lesson", "只有在课程里，才会为 Pod 保持端口转发"),
		Hints: []lang.Message{lang.Messagef("forward a port yourself: kubectl port-forward pod/%s :PORT", "自己转发一个端口：kubectl port-forward pod/%s :PORT", o.target.name)},
		Code:  advice.Usage,
	}
}

func (o *urlOptions) run(ctx context.Context) error {
	c, current, err := o.cluster(ctx)
	if err != nil {
		return err
	}
	namespace, service := cmp.Or(o.namespace, current), o.target.name
	finder, err := reach.New(c.Config)
	if err != nil {
		return err
	}
	if o.target.kind == "ingress" {
		if namespace, service, err = finder.Door(ctx, namespace, service); err != nil {
			return err
		}
	}
	address, err := finder.NodePort(ctx, namespace, service)
	if err != nil {
		return err
	}
	return o.program.Printf("http://%s\n", address)
}

// cluster returns the cluster that the flags name, or else that of the lesson played
// last, or else the sandbox if it is running; and that lesson's namespace, or else
// default.
func (o *urlOptions) cluster(ctx context.Context) (*cluster.Cluster, string, error) {
	if o.choice.Context != "" {
		c, err := o.choice.Open(ctx)
		if err == nil {
			err = c.Reach(ctx)
		}
		return c, "default", err
	}
	catalog, err := openCatalog()
	if err != nil {
		return nil, "", err
	}
	dir, err := o.program.Home()
	if err != nil {
		return nil, "", err
	}
	record, err := progress.Last(dir, catalog.IDs())
	if err != nil {
		return nil, "", err
	}
	if record.Lesson == "" {
		if c := session.RunningSandbox(ctx, o.program); c != nil {
			return c, "default", nil
		}
		return nil, "", noneBegun(catalog.IDs()[0])
	}
	c, err := session.Recorded(ctx, o.program, record, o.choice)
	return c, record.Namespace.Name, err
}

// target is the object whose address to print.
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
	return target{}, usage.Errorf("%q is not service/NAME, pod/NAME or ingress/NAME", "%q 不是 service/名称、pod/名称或 ingress/名称", text)
}

// lessonURL runs "kubectl learn url" inside a lesson, where a forward lasts as long as
// the lesson is open.
func lessonURL(p *program.Program) func(*reach.Forwards, string) func(context.Context, []string, io.Writer, io.Writer) int {
	return func(forwards *reach.Forwards, namespace string) func(context.Context, []string, io.Writer, io.Writer) int {
		return func(ctx context.Context, args []string, out, errOut io.Writer) int {
			address, err := forwarded(ctx, forwards, namespace, args)
			if err == nil {
				_, err = fmt.Fprintf(out, "http://%s\n", address)
			}
			if err == nil {
				return advice.Done
			}
			e := advice.Of(err)
			e.Print(errOut, p.Style(p.ErrOut), p.Lang())
			return e.Code
		}
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
		return "", usage.Errorf("%s url needs one service/NAME, pod/NAME or ingress/NAME", "%s url 后面要写一个 service/名称、pod/名称或 ingress/名称", brand.Command)
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
