package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// statusOptions are those of "kubectl learn status".
type statusOptions struct {
	program *program.Program
	output  string
}

func newStatus(p *program.Program) *cobra.Command {
	o := &statusOptions{program: p}
	cmd := &cobra.Command{
		Use:   "status",
		Short: p.Say(lang.Messagef("Show your progress in the lessons that you've started", "查看已开始的课程的进度")),
		Args:  help.Args(0, 0),
		RunE:  runE(o),
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "", p.Say(lang.Messagef("output format: json", "输出格式：json")))
	return cmd
}

func (*statusOptions) complete(*cobra.Command, []string) error { return nil }
func (o *statusOptions) validate() error                       { return knownFormat(o.output, "json") }

// lessonStatus is a lesson's line in "status -o json".
type lessonStatus struct {
	Lesson    string `json:"lesson"`
	Done      int    `json:"done"`
	Steps     int    `json:"steps"`
	Step      string `json:"step,omitempty"`
	Context   string `json:"context,omitempty"`
	Namespace string `json:"namespace"`
}

func (o *statusOptions) run(context.Context) error {
	catalog, err := openCatalog()
	if err != nil {
		return err
	}
	records, err := o.records(catalog)
	if err != nil {
		return err
	}
	all := make([]lessonStatus, 0, len(records))
	titles := map[string]string{}
	for _, r := range records {
		lesson, err := catalog.Lesson(r.Lesson, o.program.Lang())
		if err != nil {
			return err
		}
		s := lessonStatus{Lesson: r.Lesson, Done: r.DoneSteps(), Steps: len(lesson.Steps), Context: r.Cluster.Context, Namespace: r.Namespace.Name}
		if next, ok := nextStep(lesson, r); ok {
			s.Step, titles[r.Lesson] = next.ID, next.Title
		}
		all = append(all, s)
	}
	if o.output == "json" {
		return printJSON(o.program, map[string]any{"version": 1, "lessons": all})
	}
	return o.print(all, titles)
}

func (o *statusOptions) print(all []lessonStatus, titles map[string]string) error {
	p := o.program
	if len(all) == 0 {
		return p.Printf("%s\n", p.Say(lang.Messagef("You haven't started a lesson yet. To start one: %s start", "你还没有开始任何课程。开始一课：%s start", brand.Command)))
	}
	var rows [][]string
	for _, s := range all {
		at := lang.Messagef("done", "已完成")
		if s.Step != "" {
			at = lang.Messagef("next: %s", "下一步：%s", titles[s.Lesson])
		}
		rows = append(rows, []string{s.Lesson, fmt.Sprintf("%d/%d", s.Done, s.Steps), p.Say(cluster.Where(s.Context)), s.Namespace, p.Say(at)})
	}
	return p.Printf("%s", visible.Table(rows))
}

// nextStep returns the first unfinished step; ok is false if there is none.
func nextStep(l *steps.Lesson, r progress.Record) (_ steps.Step, ok bool) {
	for _, s := range l.Steps {
		if r.Steps[s.ID].Done.IsZero() {
			return s, true
		}
	}
	return steps.Step{}, false
}

// records returns the record of each lesson that was started. It reports a record that
// can't be read and skips it.
func (o *statusOptions) records(catalog *steps.Catalog) ([]progress.Record, error) {
	dir, err := o.program.Home()
	if err != nil {
		return nil, err
	}
	var out []progress.Record
	err = progress.Each(dir, catalog.IDs(), func(_ string, r progress.Record, err error) error {
		switch {
		case progress.Unreadable(err):
			o.program.Remark(advice.Of(err).What)
			return nil
		case err == nil && r.Begun():
			out = append(out, r)
		}
		return err
	})
	return out, err
}
