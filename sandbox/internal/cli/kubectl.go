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

// newKubectl is there for the help only: Run hands the command over before
// cobra looks at its flags.
func newKubectl(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:                env.say(lang.Messagef("kubectl [kubectl's arguments]", "kubectl [kubectl 的参数]")),
		Short:              env.say(lang.Messagef("The kubectl that is built in, on the sandbox unless KUBECONFIG is set", "内置的 kubectl，操作沙箱；设置了 KUBECONFIG 时除外")),
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if code := runKubectl(env, args); code != exitDone {
				return codeError(code)
			}
			return nil
		},
	}
}

// kubectlExit carries kubectl's exit code out of the depth of its commands.
type kubectlExit struct{ code int }

// runKubectl runs kubectl and returns its exit code. It leaves Ctrl-C alone, as
// kubectl's commands treat it each in its own way.
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
		if env.Exit != nil { // It may be another goroutine, that nobody can recover.
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
		tell(env.Err, env.lang(), usage.HintLabel(), lang.Messagef("the sandbox was never up: %s up", "沙箱从未启动过：%s up", daemon.Program))
	}
}
