package cli

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// check is "kubectl learn check".
type check struct {
	app     *app
	cluster clusterFlags
	step    string
	output  string
}

func (a *app) newCheck() *cobra.Command {
	c := &check{app: a}
	cmd := &cobra.Command{
		Use:   "check [LESSON]",
		Short: a.say(lang.Messagef("Look at the checks of the step that you are at", "查看你当前步骤的检查")),
		Long: a.say(lang.Messagef(`Look once at the checks of the step that you are at, from any terminal.
Exits with 0 when all hold and with 3 when some do not.`, `在任意终端里，对你当前步骤的检查查看一次。
全部通过时退出码为 0，有未通过的为 3。`)),
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.output != "" && c.output != "json" {
				return usagef("-o %q is not known; choose json", c.output)
			}
			return c.run(cmd.Context(), args)
		},
	}
	cmd.Flags().StringVar(&c.step, "step", "", a.say(lang.Messagef("look at this step (default: the one that you are at)", "查看指定的步骤（默认：你当前所在的步骤）")))
	cmd.Flags().StringVarP(&c.output, "output", "o", "", a.say(lang.Messagef("output format: json", "输出格式：json")))
	c.cluster.add(a, cmd)
	return cmd
}

func (c *check) run(ctx context.Context, args []string) error {
	lesson, record, err := c.app.begun(args)
	if err != nil {
		return err
	}
	step, err := c.find(lesson, record)
	if err != nil {
		return err
	}
	cs := due(step, record.Steps[step.ID].Blocks)
	if len(cs) == 0 {
		c.app.remark(lang.Messagef("Step “%s” has nothing to check.", "步骤“%s”没有需要检查的内容。", step.Title))
		return nil
	}
	target, err := c.app.recorded(ctx, record, &c.cluster)
	if err != nil {
		return err
	}
	engine, err := checks.NewEngine(target.Config)
	if err != nil {
		return err
	}
	defer engine.Close()
	results, err := engine.Look(ctx, record.Namespace.Name, cs)
	if err != nil {
		return err
	}
	if err := c.print(lesson.ID, step, results); err != nil {
		return err
	}
	if slices.ContainsFunc(results, func(r checks.Result) bool { return r.Verdict != checks.Passed }) {
		return exitError(exitNotYet)
	}
	return nil
}

// due returns the checks of a step up to the learner's place: those that are
// behind and those that are next, but none that a later one takes back.
func due(s steps.Step, behind int) []checks.Check {
	var cs []checks.Check
	for i, b := range s.Blocks {
		cs = slices.DeleteFunc(cs, func(before checks.Check) bool {
			return slices.ContainsFunc(b.Checks, func(c checks.Check) bool { return c.Target() == before.Target() })
		})
		cs = append(cs, b.Checks...)
		if i >= behind && len(b.Checks) > 0 {
			break
		}
	}
	return cs
}

// find returns the step that is asked for, else the first that is not finished,
// else the last.
func (c *check) find(l *steps.Lesson, r progress.Record) (steps.Step, error) {
	for _, s := range l.Steps {
		if s.ID == c.step || c.step == "" && r.Steps[s.ID].Done.IsZero() {
			return s, nil
		}
	}
	if c.step != "" {
		return steps.Step{}, usagef("lesson %q has no step %q", l.ID, c.step)
	}
	return l.Steps[len(l.Steps)-1], nil
}

func (c *check) print(lesson string, s steps.Step, results []checks.Result) error {
	if c.output == "" {
		return c.app.print("%s · %s\n\n%s", lesson, s.Title, c.app.style(c.app.Stdout).Results(results, c.app.lang()))
	}
	return json.NewEncoder(c.app.Stdout).Encode(newReport(lesson, s.ID, results))
}

// report is what "check -o json" prints.
type report struct {
	Version int           `json:"version"`
	Lesson  string        `json:"lesson"`
	Step    string        `json:"step"`
	Checks  []checkReport `json:"checks"`
}

type checkReport struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Points  int            `json:"points"`
	Verdict checks.Verdict `json:"verdict"`
	Reason  *lang.Message  `json:"reason,omitempty"`
	Hint    string         `json:"hint,omitempty"`
}

func newReport(lesson, step string, results []checks.Result) report {
	r := report{Version: 1, Lesson: lesson, Step: step}
	for _, res := range results {
		c := checkReport{ID: res.Check.ID, Name: res.Check.Name, Points: res.Check.Points, Verdict: res.Verdict, Hint: res.Hint}
		if !res.Reason.IsZero() {
			c.Reason = &res.Reason
		}
		r.Checks = append(r.Checks, c)
	}
	return r
}

// begun returns the lesson that is named, else the one that was played last,
// with its record.
func (a *app) begun(args []string) (*steps.Lesson, progress.Record, error) {
	catalog, err := a.catalog()
	if err != nil {
		return nil, progress.Record{}, err
	}
	var last progress.Record
	if len(args) == 0 {
		records, err := a.records(catalog)
		if err != nil {
			return nil, progress.Record{}, err
		}
		for _, r := range records {
			if r.Updated.After(last.Updated) {
				last = r
			}
		}
	} else {
		last.Lesson = args[0]
	}
	if last.Lesson == "" {
		return nil, last, notBegun(catalog.Courses()[0].Lessons[0].ID)
	}
	lesson, err := catalog.Lesson(last.Lesson, a.lang())
	if err != nil {
		return nil, last, err
	}
	dir, err := a.home()
	if err != nil {
		return nil, last, err
	}
	last, err = progress.Read(dir.Lesson(lesson.ID))
	if err == nil && last.Namespace.Name == "" {
		err = notBegun(lesson.ID)
	}
	return lesson, last, err
}

func notBegun(lesson string) error {
	return &advice{
		what:  lang.Messagef("no lesson was begun here", "还没有开始这样的课程"),
		hints: []lang.Message{lang.Messagef("begin one: %s start %s", "先开始一课：%s start %s", brand.Command, lesson)},
	}
}
