package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/shell"
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
	file    checkFile
}

func (a *app) newCheck() *cobra.Command {
	c := &check{app: a}
	cmd := &cobra.Command{
		Use:   "check [LESSON | -f FILE]",
		Short: a.say(lang.Messagef("Look at the checks of the step that you are at, or of a file", "查看你当前步骤的检查，或者一个文件里的检查")),
		Long: a.say(lang.Messagef(`Look once at the checks of the step that you are at, from any terminal.

With -f, wait until the checks of a file hold, on the cluster of your kubeconfig's
current context or of --context. Nothing is changed there, unless a check itself
runs a command in a pod or sends a request that changes something.

Exits with 0 when all hold, with 3 when some do not, and with 1 when it was not
possible to look.`, `在任意终端里，对你当前步骤的检查查看一次。

加上 -f，就会等到文件里的检查全部通过；集群取自 kubeconfig 的当前上下文，
或者由 --context 指定。集群上的内容不会被改动，除非检查本身在 Pod 里运行命令，
或者发送会改动内容的请求。

全部通过时退出码为 0，有未通过的为 3，无法查看时为 1。`)),
		Example:           "  kubectl learn check\n  kubectl learn check -f checks.yaml -n shop --timeout 2m -o junit",
		Args:              help.Args(0, 1),
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.validate(cmd, args); err != nil {
				return err
			}
			if c.file.name != "" {
				return c.file.run(cmd.Context())
			}
			return c.run(cmd.Context(), args)
		},
	}
	cmd.Flags().StringVar(&c.step, "step", "", a.say(lang.Messagef("look at this step (default: the one that you are at)", "查看指定的步骤（默认：你当前所在的步骤）")))
	cmd.Flags().StringVarP(&c.output, "output", "o", "", a.say(lang.Messagef("output format: text, json, or with -f junit", "输出格式：text、json，用 -f 时还可以是 junit")))
	c.cluster.add(a, cmd)
	c.file.add(a, cmd, c)
	return cmd
}

// validate refuses what cannot be meant.
func (c *check) validate(cmd *cobra.Command, args []string) error {
	formats := []string{"text", "json"}
	if c.file.name != "" {
		formats = append(formats, "junit")
	}
	if c.output != "" && !slices.Contains(formats, c.output) {
		return unknownFormat(c.output, formats...)
	}
	if c.output == "text" {
		c.output = ""
	}
	changed := cmd.Flags().Changed
	switch {
	case changed("filename") && c.file.name == "":
		return usagef("-f wants a file", "-f 后面要写一个文件")
	case c.file.name != "" && (len(args) > 0 || c.step != ""):
		return usagef("a file has no lesson and no step: use -f without them", "文件里没有课程，也没有步骤：用 -f 时不要写它们")
	case c.file.timeout < 0:
		return usagef("--timeout must not be less than 0", "--timeout 不能小于 0")
	}
	for _, flag := range []string{"namespace", "timeout", "allow-run"} {
		if changed(flag) && c.file.name == "" {
			return usagef("--%s goes with -f FILE", "--%s 要和 -f 文件 一起用", flag)
		}
	}
	return nil
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
		return c.print(lesson.ID, step, checks.Results{})
	}
	results, err := c.look(ctx, lesson, record, cs)
	if err != nil {
		// Whoever reads JSON is told of each check why it is unknown.
		if c.output == "json" && ctx.Err() == nil {
			err = cmp.Or(c.print(lesson.ID, step, unknown(cs, c.app.explain(err).what)), err)
		}
		return err
	}
	return cmp.Or(c.print(lesson.ID, step, results), verdictOf(results))
}

// look looks once, on the cluster where the lesson was begun.
func (c *check) look(ctx context.Context, lesson *steps.Lesson, record progress.Record, cs []checks.Check) (_ checks.Results, err error) {
	target, err := c.app.recorded(ctx, record, &c.cluster)
	if err != nil {
		return nil, err
	}
	dir, err := c.app.home()
	if err != nil {
		return nil, err
	}
	kubeconfig, clean, err := privateKubeconfig(target, record.Namespace.Name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, clean()) }()
	engine, err := checks.NewEngine(target.Config, checks.WithRunner(c.app.runner(target, shell.Config{
		Dir: filepath.Join(dir.Lesson(lesson.ID), "workspace"), Kubeconfig: kubeconfig,
	})), checks.WithAnswers(answers{dir: dir.Lesson(lesson.ID), lesson: lesson}))
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	return engine.Look(ctx, record.Namespace.Name, cs)
}

// unknown is the result of checks when it was not possible to look.
func unknown(cs []checks.Check, why lang.Message) checks.Results {
	results := make(checks.Results, len(cs))
	for i, c := range cs {
		results[i] = checks.Result{Check: c, Verdict: checks.Unknown, Reason: why, Since: time.Now()}
	}
	return results
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
		return steps.Step{}, usagef("lesson %q has no step %q", "课程 %q 没有步骤 %q", l.ID, c.step)
	}
	return l.Steps[len(l.Steps)-1], nil
}

func (c *check) print(lesson string, s steps.Step, results []checks.Result) error {
	if c.output == "" {
		if len(results) == 0 {
			return nil
		}
		if err := c.app.print("%s · %s\n\n", lesson, s.Title); err != nil {
			return err
		}
		return c.app.rendered(c.app.style(c.app.Stdout).Results(results, c.app.lang()))
	}
	return c.app.json(report{Version: 1, Lesson: lesson, Step: s.ID, Checks: results}, "")
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
		if last, err = a.last(catalog); err != nil {
			return nil, last, err
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
	if err == nil && !last.Begun() {
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
