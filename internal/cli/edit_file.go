package cli

import (
	"bytes"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// editFile is the editor that a lesson gives to "kubectl edit" when it makes
// the change by itself.
const editFile = "edit-file"

func (a *app) newEditFile() *cobra.Command {
	return &cobra.Command{
		Use:    editFile + " FILE",
		Short:  "Make a lesson's change in a file, in place of an editor",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			from, to := a.getenv(steps.EditFrom), a.getenv(steps.EditTo)
			data, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("failed to read what is to be edited: %w", err)
			}
			if from == "" || !bytes.Contains(data, []byte(from)) {
				return fmt.Errorf("failed to edit %s: %q does not stand there", args[0], from)
			}
			// The first is the wish; a status that repeats it comes after.
			return os.WriteFile(args[0], bytes.Replace(data, []byte(from), []byte(to), 1), 0o600)
		},
	}
}
