package cli

import (
	"errors"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// newSandbox hands its commands to the sandbox program, which says what there
// is to say.
func (a *app) newSandbox() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: a.say(lang.Messagef("Start, stop and look at the built-in cluster", "启动、停止、查看内置集群")),
		Args:  help.Group,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for name, short := range map[string]lang.Message{
		"up":         lang.Messagef("Start the sandbox; returns when it is ready", "启动沙箱，就绪后返回"),
		"down":       lang.Messagef("Stop the sandbox; what is in it stays", "停止沙箱，里面的东西会保留"),
		"status":     lang.Messagef("Say whether the sandbox runs and what it is", "查看沙箱是否在运行、它是什么"),
		"nodes":      lang.Messagef("List the nodes, have more or fewer of them, stop and start one", "列出节点、增减节点、停止或启动某个节点"),
		"reset":      lang.Messagef("Stop the sandbox and empty it", "停止沙箱并清空"),
		"kubeconfig": lang.Messagef("Print the file that opens the sandbox to kubectl", "打印 kubectl 连接沙箱所用的文件"),
		"logs":       lang.Messagef("Print the sandbox's log", "打印沙箱日志"),
	} {
		cmd.AddCommand(&cobra.Command{
			Use:                name,
			Short:              a.say(short),
			DisableFlagParsing: true,
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.runSandbox(cmd, append([]string{name}, withoutLang(args)...))
			},
		})
	}
	return cmd
}

// withoutLang takes out --lang, which is this program's: the sandbox program is
// told the language by its environment.
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

func (a *app) runSandbox(cmd *cobra.Command, args []string) error {
	program, err := cluster.FindSandbox(a.Executable, a.getenv)
	if err != nil {
		return err
	}
	// The terminal sends Ctrl-C to both; the sandbox program answers it.
	run := exec.CommandContext(cmd.Context(), program, args...)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.Stdin, run.Stdout, run.Stderr, run.Env = a.Stdin, a.Stdout, a.Stderr, a.childEnv()
	err = run.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exitError(exit.ExitCode())
	}
	return err
}
