package cli

import (
	"bytes"
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// editFile is the editor that a lesson gives to "kubectl edit" when it makes
// the change by itself.
const editFile = "edit-file"

func (a *app) newEditFile() *cobra.Command {
	return &cobra.Command{
		Use:    editFile + " FILE",
		Short:  a.say(lang.Messagef("Make a lesson's change in a file, instead of an editor", "代替编辑器，把课程的修改写入文件")),
		Hidden: true,
		Args:   help.Args(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			from, to := a.getenv(steps.EditFrom), a.getenv(steps.EditTo)
			data, err := os.ReadFile(args[0])
			if err != nil {
				return lang.Errorf("failed to read the file to edit: %w", "无法读取要修改的文件：%w", err)
			}
			if from == "" || !bytes.Contains(data, []byte(from)) {
				return lang.Errorf("failed to edit %s: it does not contain %q", "无法修改 %s：里面没有 %q", args[0], from)
			}
			// The first is the wish; a status that repeats it comes after.
			return os.WriteFile(args[0], bytes.Replace(data, []byte(from), []byte(to), 1), 0o600)
		},
	}
}
