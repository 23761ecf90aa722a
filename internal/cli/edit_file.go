package cli

import (
	"bytes"
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// editFileOptions are those of "kubectl learn edit-file".
type editFileOptions struct {
	program        *program.Program
	file, from, to string
}

func newEditFile(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:    session.EditFile + " FILE",
		Short:  p.Say(lang.Messagef("Make a lesson's change to a file, instead of an editor", "代替编辑器，把课程的修改写入文件")),
		Hidden: true,
		Args:   help.Args(1, 1),
		RunE:   runE(&editFileOptions{program: p}),
	}
}

func (o *editFileOptions) complete(_ *cobra.Command, args []string) error {
	o.file, o.from, o.to = args[0], o.program.Getenv(play.EditFrom), o.program.Getenv(play.EditTo)
	return nil
}

func (*editFileOptions) validate() error { return nil }

func (o *editFileOptions) run(context.Context) error {
	data, err := os.ReadFile(o.file)
	if err != nil {
		return lang.Errorf("failed to read the file to edit: %w", "无法读取要修改的文件：%w", err)
	}
	if o.from == "" || !bytes.Contains(data, []byte(o.from)) {
		return lang.Errorf("failed to edit %s: it does not contain %q", "无法修改 %s：里面没有 %q", o.file, o.from)
	}
	// The first match is in the spec; the status may repeat it further down.
	return os.WriteFile(o.file, bytes.Replace(data, []byte(o.from), []byte(o.to), 1), 0o600)
}
