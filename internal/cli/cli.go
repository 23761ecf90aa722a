// Package cli is the command line: the only package that knows cobra. A command
// is one file; errors become words and exit codes in errors.go. The program
// speaks plainly: results on stdout, all else on stderr, "error: …" in lower
// case and then "hint: …" lines with something to paste.
package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"golang.org/x/term"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/proxy"
	"github.com/kubectl-learn/kubectl-learn/internal/render"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/lessons"
	"github.com/kubectl-learn/kubectl-learn/manifests"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Program is the process that the command line runs in.
type Program struct {
	// Args is the command line, the program's name first.
	Args []string
	Env  []string
	// Executable is this program's own file.
	Executable string
	// PodFolder is where a pod finds the credentials of its service account.
	PodFolder string
	Stdin     *os.File
	Stdout    *os.File
	Stderr    *os.File
}

// app is what all commands share.
type app struct {
	Program
	langFlag   string
	interrupts *interrupts
}

// Run runs the program and returns its exit code.
func Run(ctx context.Context, p Program) int {
	// client-go tells its troubles to klog; what matters comes back as an error.
	klog.SetLogger(logr.Discard())
	ctx, interrupts := catchInterrupts(ctx)
	defer interrupts.stop()
	a := &app{Program: p, langFlag: langArgument(p.Args), interrupts: interrupts}
	root := a.newRoot() //nolint:contextcheck // a command gets its context when it runs, not when it is made
	root.SetArgs(arguments(p.Args))
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if usage, ok := errors.AsType[*help.UsageError](err); ok {
		usage.Hints = append(usage.Hints, help.More(cmd))
	}
	return a.report(ctx, err)
}

// arguments takes kubectl's completion into account: kubectl runs the plugin by
// a link named kubectl_complete-learn when a learner presses Tab.
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

// langArgument finds --lang before cobra does, as help is written in it too.
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

func (a *app) getenv(name string) string {
	for _, v := range slices.Backward(a.Env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// lang is what --lang says, else what the environment says.
func (a *app) lang() lang.Lang {
	if l, ok := lang.Parse(a.langFlag); ok {
		return l
	}
	return lang.FromEnv(a.getenv, home.LangEnv)
}

// childEnv is the environment of programs that this one starts, which speak its
// language. They ask no proxy for this machine, nor for hosts.
func (a *app) childEnv(hosts ...string) []string {
	return append(slices.Clone(proxy.Spare(a.Env, hosts...)), home.LangEnv+"="+string(a.lang()))
}

// say is a message in the learner's language, safe to show.
func (a *app) say(m lang.Message) string { return visible.Text(m.In(a.lang())) }

func (a *app) home() (home.Dir, error) { return home.Find(a.getenv) }

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

// interactive reports whether there is somebody to ask.
func (a *app) interactive() bool {
	return isTerminal(a.Stdin) && isTerminal(a.Stdout) && a.getenv("TERM") != "dumb"
}

// style is what f can show.
func (a *app) style(f *os.File) render.Style {
	if !isTerminal(f) {
		return render.Style{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return render.Style{Color: a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb", Width: width}
}

func (a *app) catalog() (*steps.Catalog, error) {
	return steps.Open(lessons.FS(), manifests.FS())
}

// print writes a result to stdout.
func (a *app) print(format string, args ...any) error {
	return a.rendered(visible.Text(fmt.Sprintf(format, args...)))
}

// rendered writes what package render made to stdout, with its escape codes.
func (a *app) rendered(text string) error {
	_, err := io.WriteString(a.Stdout, text)
	return err
}

// json writes a result for a program to stdout; indent may be empty.
func (a *app) json(v any, indent string) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", indent)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return lang.Errorf("failed to write JSON: %w", "无法写出 JSON：%w", err)
	}
	return a.rendered(string(visible.JSON(b.Bytes())))
}

// remark writes to stderr what is not a result.
func (a *app) remark(m lang.Message) {
	fmt.Fprintln(a.Stderr, a.say(m))
}

func (a *app) newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   brand.Binary,
		Short: a.say(lang.Messagef("Learn Kubernetes by doing, with checks that look at the cluster", "边做边学 Kubernetes，由检查直接查看集群")),
		Long: a.say(lang.Messagef(`Learn Kubernetes by doing. A lesson shows a step, you do it, and the next step
opens when the cluster is as it should be. Without a cluster of your own, a
built-in sandbox starts by itself.`, `边做边学 Kubernetes。课程给出一个步骤，由你来完成；集群达到要求后，
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
	root.PersistentFlags().StringVar(&a.langFlag, "lang", a.langFlag, a.say(lang.Messagef("language: en or zh (default: from the locale)", "语言：en 或 zh（默认取自系统区域设置）")))
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if _, ok := lang.Parse(a.langFlag); a.langFlag != "" && !ok {
			return usagef("--lang %q is not known; choose en or zh", "不认识 --lang %q；请用 en 或 zh", a.langFlag)
		}
		return nil
	}
	root.AddCommand(
		a.newStart(), a.newCheck(), a.newList(), a.newStatus(), a.newReset(),
		a.newURL(), a.newImages(), a.newSandbox(), a.newVersion(), a.newEditFile(),
	)
	help.Translate(root, a.lang())
	return root
}
