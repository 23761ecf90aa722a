package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

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
	var out []progress.Record
	err := a.eachRecord(catalog, func(r progress.Record, _ string, err error) error {
		switch e := explainRecord(err); {
		case e != nil:
			a.remark(e.what)
			return nil //nolint:nilerr // it was said
		case err == nil && r.Begun():
			out = append(out, r)
		}
		return err
	})
	return out, err
}

// last returns the record of the lesson that was played last, an empty one when
// none was begun. When that is one that cannot be read, the error says so: an
// older lesson is not what is meant.
func (a *app) last(catalog *steps.Catalog) (progress.Record, error) {
	var (
		last       progress.Record
		unreadable error
		at         time.Time
	)
	err := a.eachRecord(catalog, func(r progress.Record, file string, err error) error {
		played := r.Updated
		if explainRecord(err) != nil {
			info, statErr := os.Stat(file)
			if statErr != nil {
				return err
			}
			played = info.ModTime().Truncate(time.Second)
		} else if err != nil || !r.Begun() {
			return err
		}
		if !played.Before(at) {
			last, unreadable, at = r, err, played
		}
		return nil
	})
	return last, errors.Join(err, unreadable)
}

// eachRecord reads the record of each lesson.
func (a *app) eachRecord(catalog *steps.Catalog, do func(r progress.Record, file string, err error) error) error {
	dir, err := a.home()
	if err != nil {
		return err
	}
	for _, course := range catalog.Courses() {
		for _, l := range course.Lessons {
			r, err := progress.Read(dir.Lesson(l.ID))
			if err := do(r, progress.File(dir.Lesson(l.ID)), err); err != nil {
				return err
			}
		}
	}
	return nil
}
