package cli

import (
	"log/slog"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

func newRun(env Environment) *cobra.Command {
	var port int
	var mark string
	cmd := &cobra.Command{
		Use:   "run",
		Short: env.say(lang.Messagef("Run the sandbox in the foreground until Ctrl-C", "在前台运行沙箱，直到按下 Ctrl-C")),
		Args:  help.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := validatePort(port); err != nil {
				return err
			}
			folder, err := env.folder()
			if err != nil {
				return err
			}
			program, err := env.Executable()
			if err != nil {
				return err
			}
			memory, err := nodesMemory(env.Getenv)
			if err != nil {
				return err
			}
			out := daemon.BoundLog(folder, env.Err)
			return daemon.Run(cmd.Context(), folder, daemon.RunOptions{
				Port: port, Mark: mark, Program: program, Build: own(), Memory: memory, Log: slog.New(slog.NewTextHandler(out, nil)), Output: out,
			})
		},
	}
	addPort(env, cmd, &port)
	cmd.Flags().StringVar(&mark, "mark", "", "")
	_ = cmd.Flags().MarkHidden("mark") // up sets it; fails only if the flag does not exist
	return cmd
}

// memoryEnv sets how many MiB all pods together may use, overriding the share
// of the machine's memory; leastMemory is what the nodes themselves need.
const (
	memoryEnv   = "KUBECTL_LEARN_SANDBOX_MEMORY"
	leastMemory = 128
)

// nodesMemory returns memoryEnv in bytes; 0 when it is not set.
func nodesMemory(getenv func(string) string) (int64, error) {
	text := getenv(memoryEnv)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < leastMemory {
		return 0, usagef("%s=%q must be a number of MiB, at least %d", "%s=%q 必须是不小于 %d 的整数（单位 MiB）", memoryEnv, text, leastMemory)
	}
	return n << 20, nil
}
