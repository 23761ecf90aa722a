package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

func (a *app) newStatus() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "status",
		Short: a.say(lang.Messagef("Say where you are in the lessons that you began", "查看你已开始的课程进行到哪里")),
		Args:  help.Args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if output != "" && output != "json" {
				return unknownFormat(output, "json")
			}
			return a.status(output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", a.say(lang.Messagef("output format: json", "输出格式：json")))
	return cmd
}

// standingReport is a lesson's line in "status -o json".
type standingReport struct {
	Lesson    string `json:"lesson"`
	Done      int    `json:"done"`
	Steps     int    `json:"steps"`
	Step      string `json:"step,omitempty"`
	Context   string `json:"context,omitempty"`
	Namespace string `json:"namespace"`
}

func (a *app) status(output string) error {
	catalog, err := a.catalog()
	if err != nil {
		return err
	}
	records, err := a.records(catalog)
	if err != nil {
		return err
	}
	all := make([]standingReport, 0, len(records))
	titles := map[string]string{}
	for _, r := range records {
		lesson, err := catalog.Lesson(r.Lesson, a.lang())
		if err != nil {
			return err
		}
		s := standingReport{Lesson: r.Lesson, Done: r.DoneSteps(), Steps: len(lesson.Steps), Context: r.Cluster.Context, Namespace: r.Namespace.Name}
		if next, ok := nextStep(lesson, r); ok {
			s.Step, titles[r.Lesson] = next.ID, next.Title
		}
		all = append(all, s)
	}
	if output == "json" {
		return a.json(map[string]any{"version": 1, "lessons": all}, "")
	}
	return a.printStatus(all, titles)
}

func (a *app) printStatus(all []standingReport, titles map[string]string) error {
	if len(all) == 0 {
		return a.print("%s\n", a.say(lang.Messagef("No lesson was begun yet. Begin: %s start", "还没有开始任何课程。开始：%s start", brand.Command)))
	}
	var rows [][]string
	for _, s := range all {
		at := lang.Messagef("done", "已完成")
		if s.Step != "" {
			at = lang.Messagef("next: %s", "下一步：%s", titles[s.Lesson])
		}
		rows = append(rows, []string{s.Lesson, fmt.Sprintf("%d/%d", s.Done, s.Steps), a.say(where(s.Context)), s.Namespace, a.say(at)})
	}
	return a.print("%s", visible.Table(rows))
}

func nextStep(l *steps.Lesson, r progress.Record) (steps.Step, bool) {
	for _, s := range l.Steps {
		if r.Steps[s.ID].Done.IsZero() {
			return s, true
		}
	}
	return steps.Step{}, false
}

// records returns the record of each lesson that was begun. One that cannot be
// read is said and passed over.
func (a *app) records(catalog *steps.Catalog) ([]progress.Record, error) {
	dir, err := a.home()
	if err != nil {
		return nil, err
	}
	var out []progress.Record
	for _, course := range catalog.Courses() {
		for _, l := range course.Lessons {
			r, err := progress.Read(dir.Lesson(l.ID))
			var damaged *progress.DamagedError
			switch {
			case errors.As(err, &damaged):
				a.remark(explainProgress(err).what)
			case err != nil:
				return nil, err
			case r.Namespace.Name != "":
				out = append(out, r)
			}
		}
	}
	return out, nil
}
