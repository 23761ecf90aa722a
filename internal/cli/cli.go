// Package cli is the command line, and with cli/help the only package that uses cobra.
// Each command is one file: its options, its constructor, and three methods, as in
// kubectl: complete fills in the options from the arguments and the process, validate
// reports everything that is wrong with them, and run does the work. Results go to
// stdout and everything else to stderr: "error: …" in lower case, then "hint: …" lines
// with something to paste (see package advice).
package cli

import (
	"context"
	"strings"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Run runs the program and returns its exit code.
func Run(ctx context.Context, p program.Program) int {
	// client-go logs its problems to klog; what matters comes back as an error.
	klog.SetLogger(logr.Discard())
	ctx, interrupts := session.CatchInterrupts(ctx)
	defer interrupts.Stop()
	p.LangFlag = langArgument(p.Args)
	root := newRoot(&p, interrupts) //nolint:contextcheck // a command gets its context when it runs, not when it is created
	root.SetArgs(arguments(p.Args))
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.ErrOut)
	cmd, err := root.ExecuteContextC(ctx)
	usage.Add(err, help.More(cmd))
	code := end(ctx, &p, err)
	if code == advice.Interrupted {
		return interrupts.Status(code)
	}
	return code
}

// end prints an error and returns its exit code.
func end(ctx context.Context, p *program.Program, err error) int {
	if code, ok := advice.Silent(ctx, err); ok {
		return code
	}
	all := advice.All(err)
	for _, e := range all {
		e.Print(p.ErrOut, p.Style(p.ErrOut), p.Lang())
	}
	return all[0].Code
}

// arguments handles completion: when a learner presses Tab, kubectl runs the plugin
// through a link named kubectl_complete-learn.
func arguments(args []string) []string {
	if len(args) == 0 {
		return nil
	}
	base := args[0][strings.LastIndexAny(args[0], `/\`)+1:]
	if strings.HasPrefix(base, "kubectl_complete-") {
		return append([]string{cobra.ShellCompRequestCmd}, args[1:]...)
	}
	return args[1:]
}

// langArgument finds --lang before cobra does, because the help text depends on it.
func langArgument(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return value
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

func newRoot(p *program.Program, interrupts *session.Interrupts) *cobra.Command {
	root := &cobra.Command{
		Use:   brand.Binary,
		Short: p.Say(lang.Messagef("Learn Kubernetes by doing: lessons that check your cluster", "边做边学 Kubernetes：课程会检查你的集群")),
		Long: p.Say(lang.Messagef(`Learn Kubernetes by doing. A lesson shows you a step, you do it, and the next step
opens once your cluster is in the right state. You don't need a cluster: a built-in
sandbox starts automatically.`, `边做边学 Kubernetes。课程给出一个步骤，由你来完成；集群达到要求后，
下一步才会打开。没有自己的集群也没关系，内置的沙箱会自动启动。`)),
		Example:               "  kubectl learn start\n  kubectl learn start orchestrate --yes",
		Args:                  help.Group,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		DisableFlagsInUseLine: true,
		SilenceErrors:         true,
		SilenceUsage:          true,
		CompletionOptions:     cobra.CompletionOptions{HiddenDefaultCmd: true},
		Annotations:           map[string]string{cobra.CommandDisplayNameAnnotation: brand.Command},
	}
	root.PersistentFlags().StringVar(&p.LangFlag, "lang", p.LangFlag, p.Say(lang.Messagef("language: en or zh (default: from the locale)", "语言：en 或 zh（默认取自系统区域设置）")))
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if _, ok := lang.Parse(p.LangFlag); p.LangFlag != "" && !ok {
			return usage.Errorf("--lang %q is not supported; choose en or zh", "不支持 --lang %q；请用 en 或 zh", p.LangFlag)
		}
		return nil
	}
	root.AddCommand(
		newStart(p, interrupts), newCheck(p), newList(p), newStatus(p), newReset(p),
		newURL(p), newImages(p), newSandbox(p), newVersion(p), newEditFile(p),
	)
	help.Translate(root, p.Lang())
	return root
}
