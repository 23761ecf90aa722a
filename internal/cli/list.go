package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// listOptions are those of "kubectl learn list".
type listOptions struct{ program *program.Program }

func newList(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: p.Say(lang.Messagef("List the lessons and your progress in each", "列出课程和你的进度")),
		Args:  help.Args(0, 0),
		RunE:  runE(&listOptions{p}),
	}
}

func (*listOptions) complete(*cobra.Command, []string) error { return nil }
func (*listOptions) validate() error                         { return nil }

func (o *listOptions) run(context.Context) error {
	catalog, err := openCatalog()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, course := range catalog.Courses() {
		for _, l := range course.Lessons {
			rows = append(rows, o.row(l))
		}
	}
	lines := strings.SplitAfter(visible.Table(rows), "\n")
	for _, course := range catalog.Courses() {
		if err := o.program.Printf("%s\n", o.program.Say(course.Title)); err != nil {
			return err
		}
		for range course.Lessons {
			if err := o.program.Printf("  %s", lines[0]); err != nil {
				return err
			}
			lines = lines[1:]
		}
	}
	return nil
}

// row is a lesson's line: id, level, length, progress, title.
func (o *listOptions) row(l steps.Summary) []string {
	p := o.program
	minutes := p.Say(lang.Messagef("%d min", "%d 分钟", l.Minutes))
	return []string{l.ID, p.Say(level(l.Level)), minutes, p.Say(standing(p, l.ID)), l.Title.In(p.Lang())}
}

func level(name string) lang.Message {
	switch name {
	case "beginner":
		return lang.Messagef("beginner", "入门")
	case "intermediate":
		return lang.Messagef("intermediate", "进阶")
	case "advanced":
		return lang.Messagef("advanced", "高级")
	}
	return lang.Same(name)
}
