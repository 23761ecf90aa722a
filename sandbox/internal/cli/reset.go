package cli

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

func newReset(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: env.say(lang.Messagef("Stop the sandbox and remove all that was created in it", "停止沙箱，并删除里面创建的一切")),
		Args:  help.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := env.folder()
			if err != nil {
				return err
			}
			if err := daemon.Reset(cmd.Context(), folder); err != nil {
				return err
			}
			env.remark(lang.Messagef("the sandbox is empty; the next up makes a new one", "沙箱已清空；下次 up 会新建一个"))
			return nil
		},
	}
}
