package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// newSandbox passes its commands on to the sandbox program, which prints everything.
func newSandbox(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: p.Say(lang.Messagef("Start, stop and inspect the built-in cluster", "启动、停止、查看内置集群")),
		Args:  help.Group,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for name, short := range map[string]lang.Message{
		"up":         lang.Messagef("Start the sandbox and wait until it's ready", "启动沙箱，等它就绪"),
		"down":       lang.Messagef("Stop the sandbox and keep everything in it", "停止沙箱，保留里面的一切"),
		"status":     lang.Messagef("Show whether the sandbox is running, and its details", "查看沙箱是否在运行，以及它的信息"),
		"nodes":      lang.Messagef("List the nodes, add or remove some, stop or start one", "列出节点、增减节点、停止或启动某个节点"),
		"reset":      lang.Messagef("Stop the sandbox and delete everything in it", "停止沙箱并清空"),
		"kubeconfig": lang.Messagef("Print the path of the sandbox's kubeconfig", "打印沙箱的 kubeconfig 的路径"),
		"logs":       lang.Messagef("Print the sandbox's log", "打印沙箱日志"),
	} {
		cmd.AddCommand(&cobra.Command{
			Use:                name,
			Short:              p.Say(short),
			DisableFlagParsing: true,
			RunE:               runE(&sandboxOptions{program: p, command: name}),
		})
	}
	return cmd
}

// sandboxOptions are a command for the sandbox program.
type sandboxOptions struct {
	program *program.Program
	command string
	args    []string
}

func (o *sandboxOptions) complete(_ *cobra.Command, args []string) error {
	o.args = withoutLang(args)
	return nil
}

// validate leaves validation to the sandbox program.
func (*sandboxOptions) validate() error { return nil }

// withoutLang removes --lang, which belongs to this program: the sandbox program gets
// the language from its environment.
func withoutLang(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--lang":
			i++ // its value
		case !strings.HasPrefix(args[i], "--lang="):
			out = append(out, args[i])
		}
	}
	return out
}

func (o *sandboxOptions) run(ctx context.Context) error {
	p := o.program
	file, err := cluster.FindSandbox(p.Executable, p.Getenv)
	if err != nil {
		return err
	}
	// The terminal sends Ctrl-C to both; the sandbox program handles it.
	run := exec.CommandContext(ctx, file, append([]string{o.command}, o.args...)...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.Stdin, run.Stdout, run.Stderr, run.Env = p.In, p.Out, p.ErrOut, p.ChildEnv()
	err = run.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return advice.ExitError(exit.ExitCode())
	}
	return err
}
