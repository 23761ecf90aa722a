package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/plugin"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

// newKubectl exists only for the help: Run calls kubectl before cobra parses
// its flags.
func newKubectl(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:                env.say(lang.Messagef("kubectl [kubectl's arguments]", "kubectl [kubectl 的参数]")),
		Short:              env.say(lang.Messagef("Run the built-in kubectl on the sandbox, or on the cluster of KUBECONFIG if set", "运行内置的 kubectl，操作沙箱；设置了 KUBECONFIG 时操作它指定的集群")),
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if code := runKubectl(env, args); code != exitDone {
				return codeError(code)
			}
			return nil
		},
	}
}

// kubectlExit carries kubectl's exit code up from deep inside its commands.
type kubectlExit struct{ code int }

// runKubectl runs kubectl and returns its exit code. It leaves Ctrl-C alone,
// since each kubectl command handles it in its own way.
func runKubectl(env Environment, args []string) (code int) {
	folder, err := env.folder()
	hint := func(int) {}
	if err == nil && env.Getenv("KUBECONFIG") == "" {
		err = env.Setenv("KUBECONFIG", folder.Kubeconfig())
		hint = func(code int) { hintUp(env, folder, code) }
	}
	defer func() { hint(code) }()
	if err != nil {
		say(env.Err, env.lang(), err)
		return exitError
	}
	defer func() {
		switch exit := recover().(type) {
		case nil:
		case kubectlExit:
			code = exit.code
		default:
			panic(exit)
		}
	}()
	cmdutil.BehaviorOnFatal(func(message string, code int) {
		if message != "" {
			fmt.Fprintln(env.Err, strings.TrimSuffix(message, "\n"))
		}
		if env.Exit != nil { // This may be another goroutine, where nothing can recover.
			hint(code)
			env.Exit(code)
		}
		panic(kubectlExit{code})
	})
	command := kubectl(env, args)
	if err := cli.RunNoErrOutput(command); err != nil {
		cmdutil.CheckErr(err)
	}
	return exitDone
}

func kubectl(env Environment, args []string) *cobra.Command {
	streams := genericiooptions.IOStreams{In: env.In, Out: env.Out, ErrOut: env.Err}
	command := cmd.NewDefaultKubectlCommandWithArgs(cmd.KubectlOptions{
		PluginHandler: cmd.NewDefaultPluginHandler(plugin.ValidPluginFilenamePrefixes),
		Arguments:     append([]string{"kubectl"}, args...),
		ConfigFlags:   genericclioptions.NewConfigFlags(true).WithDeprecatedPasswordFlag().WithDiscoveryBurst(300).WithDiscoveryQPS(50.0),
		IOStreams:     streams,
	})
	command.SetArgs(args)
	return command
}

// hintUp explains kubectl's "connection refused" when there is no sandbox.
func hintUp(env Environment, folder daemon.Folder, code int) {
	if code == exitDone {
		return
	}
	if _, err := os.Stat(folder.Kubeconfig()); err != nil {
		tell(env.Err, env.lang(), usage.HintLabel(), lang.Messagef("you have never started the sandbox; run %s up", "你从未启动过沙箱，请运行 %s up", daemon.Program))
	}
}
