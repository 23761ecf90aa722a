package cli

import (
	"context"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

// newNodehost is the command of the nodes' process. Only the daemon runs it.
func newNodehost(env Environment) *cobra.Command {
	return &cobra.Command{
		Use:    nodehost.Command,
		Hidden: true,
		Args:   help.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			exit := env.Exit
			if exit == nil {
				exit = os.Exit //nolint:forbidigo // the process must not outlive the daemon
			}
			// Ctrl-C in the terminal is meant for the daemon, which then stops the
			// nodes.
			err := nodehost.Run(context.WithoutCancel(cmd.Context()), nodehost.RunOptions{
				In: env.In, Out: env.Out, Build: own(), Exit: exit, Log: slog.New(slog.NewTextHandler(env.Err, nil)),
			})
			if err != nil {
				slog.New(slog.NewTextHandler(env.Err, nil)).Error("stopping the nodes", "error", err)
				exit(exitError)
			}
			return nil
		},
	}
}
