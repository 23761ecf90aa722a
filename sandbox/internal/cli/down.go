package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

func newDown(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: env.say(lang.Messagef("Stop the sandbox and keep everything in it", "停止沙箱，里面创建的东西会保留")),
		Args:  help.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := env.folder()
			if err != nil {
				return err
			}
			if err := daemon.Down(cmd.Context(), folder); errors.Is(err, daemon.ErrNotRunning) {
				env.remark(lang.Messagef("the sandbox was not running", "沙箱本来就没有运行"))
				return nil
			} else if err != nil {
				return err
			}
			env.remark(lang.Messagef("the sandbox has stopped", "沙箱已停止"))
			return nil
		},
	}
}
