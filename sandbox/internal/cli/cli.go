// Package cli is the command line of the sandbox. Results go to stdout;
// progress, errors and hints go to stderr, in the learner's language. Logs,
// JSON and kubectl are in English, like the cluster's own tools.
package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

// IOStreams are the program's standard streams.
type IOStreams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Environment is what the program gets from outside.
type Environment struct {
	IOStreams
	// Args is the command line without the program's name.
	Args []string
	// Getenv returns an environment variable.
	Getenv func(string) string
	// Setenv sets one, for kubectl and its plugins.
	Setenv func(name, value string) error
	// Executable returns the path of this program.
	Executable func() (string, error)
	// Exit ends the process at once, as kubectl does from anywhere. If it is
	// nil, kubectl ends with a panic, which Run turns into its exit code.
	Exit func(code int)
}

// Run is the whole program; it returns the exit code.
func Run(env Environment) int {
	if len(env.Args) > 0 && env.Args[0] == "kubectl" {
		return runKubectl(env, env.Args[1:])
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if len(env.Args) > 0 && env.Args[0] == "curl" {
		return runCurl(ctx, env, env.Args[1:])
	}
	root := newRoot(env)
	root.SetArgs(env.Args)
	cmd, err := root.ExecuteContextC(ctx)
	usage.Add(err, help.More(cmd))
	return report(ctx, env.Err, env.lang(), err)
}

func newRoot(env Environment) *cobra.Command {
	root := &cobra.Command{
		Use:   daemon.Program,
		Short: env.say(lang.Messagef("A Kubernetes cluster in one program, for learning", "一个程序就是一个 Kubernetes 集群，用来学习")),
		Long: env.say(lang.Messagef(`Runs a real Kubernetes API server, scheduler and controllers in one process, and
simulates pods in another: no Docker, no virtual machine, no root.`,
			`真正的 Kubernetes API 服务器、调度器和控制器都在一个进程里运行，Pod 在另一个
进程里模拟：不需要 Docker、虚拟机或 root 权限。`)),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          help.Group,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newUp(env), newDown(env), newStatus(env), newReset(env), newRun(env),
		newNodes(env), newKubeconfig(env), newLogs(env), newVersion(env), newKubectl(env), newNodehost(env))
	help.Translate(root, env.lang())
	// A Kubernetes library adds this flag to every program; nothing here uses it.
	_ = pflag.CommandLine.MarkHidden("version") // fails only without the flag, which is fine
	return root
}

func (env Environment) lang() lang.Lang { return lang.FromEnv(env.Getenv, home.LangEnv) }

// say returns a message in the learner's language, safe to show.
func (env Environment) say(m lang.Message) string { return visible.Text(m.In(env.lang())) }

// remark writes a message that is not a result to stderr.
func (env Environment) remark(m lang.Message) { fmt.Fprintln(env.Err, env.say(m)) }

// json writes a result for a program to stdout.
func (env Environment) json(v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return lang.Errorf("failed to write JSON: %w", "无法写出 JSON：%w", err)
	}
	_, err = env.Out.Write(append(visible.JSON(data), '\n'))
	return err
}

// folder is the sandbox's state folder.
func (env Environment) folder() (daemon.Folder, error) {
	d, err := home.Find(env.Getenv)
	return daemon.In(d), err
}
