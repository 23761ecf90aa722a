package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

func (a *app) newList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: a.say(lang.Messagef("List the lessons and how far you are in each", "列出课程和你的进度")),
		Args:  help.Args(0, 0),
		RunE:  func(*cobra.Command, []string) error { return a.list() },
	}
}

func (a *app) list() error {
	catalog, err := a.catalog()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, course := range catalog.Courses() {
		for _, l := range course.Lessons {
			rows = append(rows, a.row(l))
		}
	}
	lines := strings.SplitAfter(visible.Table(rows), "\n")
	for _, course := range catalog.Courses() {
		if err := a.print("%s\n", a.say(course.Title)); err != nil {
			return err
		}
		for range course.Lessons {
			if err := a.print("  %s", lines[0]); err != nil {
				return err
			}
			lines = lines[1:]
		}
	}
	return nil
}

// row is a lesson's line: id, level, length, progress, title.
func (a *app) row(l steps.Summary) []string {
	minutes := a.say(lang.Messagef("%d min", "%d 分钟", l.Minutes))
	return []string{l.ID, a.say(level(l.Level)), minutes, a.say(a.standing(l.ID)), l.Title.In(a.lang())}
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

// standing says how far the learner is in a lesson. A record that cannot be
// read is said here and does not hide the other lessons.
func (a *app) standing(id string) lang.Message {
	dir, err := a.home()
	if err != nil {
		return lang.Same("?")
	}
	r, err := progress.Read(dir.Lesson(id))
	_, newer := errors.AsType[*progress.NewerError](err)
	switch {
	case newer:
		return lang.Messagef("from a newer version", "由更新版本写入")
	case err != nil:
		return lang.Messagef("cannot be read", "无法读取")
	case !r.Finished.IsZero():
		return lang.Messagef("done", "已完成")
	case len(r.Steps) > 0:
		return lang.Messagef("%d steps done", "已完成 %d 步", r.DoneSteps())
	}
	return lang.Messagef("new", "未开始")
}
