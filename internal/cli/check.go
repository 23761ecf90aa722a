package cli

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/internal/report"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// checkOptions are those of "kubectl learn check".
type checkOptions struct {
	program *program.Program
	choice  cluster.Choice
	lesson  string
	step    string
	output  string
	file    checkFile
	// given are the flags that stand on the command line.
	given map[string]bool
}

func newCheck(p *program.Program) *cobra.Command {
	o := &checkOptions{program: p}
	cmd := &cobra.Command{
		Use:   "check [LESSON | -f FILE]",
		Short: p.Say(lang.Messagef("Look at the checks of the step that you are at, or of a file", "查看你当前步骤的检查，或者一个文件里的检查")),
		Long: p.Say(lang.Messagef(`Look once at the checks of the step that you are at, from any terminal.

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
		ValidArgsFunction: completeLesson(p),
		RunE:              runE(o),
	}
	cmd.Flags().StringVar(&o.step, "step", "", p.Say(lang.Messagef("look at this step (default: the one that you are at)", "查看指定的步骤（默认：你当前所在的步骤）")))
	cmd.Flags().StringVarP(&o.output, "output", "o", "", p.Say(lang.Messagef("output format: text, json, or with -f junit", "输出格式：text、json，用 -f 时还可以是 junit")))
	addClusterFlags(p, cmd, &o.choice)
	o.file.add(p, cmd)
	return cmd
}

func (o *checkOptions) complete(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		o.lesson = args[0]
	}
	o.given = map[string]bool{}
	for _, name := range []string{"filename", "namespace", "timeout", "allow-run"} {
		o.given[name] = cmd.Flags().Changed(name)
	}
	o.file.program, o.file.choice, o.file.output = o.program, o.choice, o.output
	return nil
}

func (o *checkOptions) validate() error {
	formats := []string{"text", "json"}
	if o.file.name != "" {
		formats = append(formats, "junit")
	}
	problems := []error{knownFormat(o.output, formats...)}
	if o.given["filename"] && o.file.name == "" {
		problems = append(problems, usage.Errorf("-f wants a file", "-f 后面要写一个文件"))
	}
	if o.file.name != "" && (o.lesson != "" || o.step != "") {
		problems = append(problems, usage.Errorf("a file has no lesson and no step: use -f without them", "文件里没有课程，也没有步骤：用 -f 时不要写它们"))
	}
	if o.file.timeout < 0 {
		problems = append(problems, usage.Errorf("--timeout must not be less than 0", "--timeout 不能小于 0"))
	}
	for _, flag := range []string{"namespace", "timeout", "allow-run"} {
		if o.given[flag] && o.file.name == "" {
			problems = append(problems, usage.Errorf("--%s goes with -f FILE", "--%s 要和 -f 文件 一起用", flag))
		}
	}
	return usage.Join(problems...)
}

func (o *checkOptions) run(ctx context.Context) error {
	if o.file.name != "" {
		return o.file.run(ctx)
	}
	lesson, record, err := begun(o.program, o.lesson)
	if err != nil {
		return err
	}
	step, err := o.find(lesson, record)
	if err != nil {
		return err
	}
	cs := due(step, record.Steps[step.ID].Blocks)
	if len(cs) == 0 {
		o.program.Remark(lang.Messagef("Step “%s” has nothing to check.", "步骤“%s”没有需要检查的内容。", step.Title))
		return o.print(lesson.ID, step, checks.Results{})
	}
	results, err := session.Look(ctx, o.program, lesson, record, o.choice, cs)
	if err != nil {
		// Whoever reads JSON is told of each check why it is unknown.
		if o.output == "json" && ctx.Err() == nil {
			err = cmp.Or(o.print(lesson.ID, step, unknown(cs, advice.Of(err).What)), err)
		}
		return err
	}
	return cmp.Or(o.print(lesson.ID, step, results), advice.Verdict(results))
}

// find returns the step that is asked for, else the first that is not finished,
// else the last.
func (o *checkOptions) find(l *steps.Lesson, r progress.Record) (steps.Step, error) {
	for _, s := range l.Steps {
		if s.ID == o.step || o.step == "" && r.Steps[s.ID].Done.IsZero() {
			return s, nil
		}
	}
	if o.step != "" {
		return steps.Step{}, usage.Errorf("lesson %q has no step %q", "课程 %q 没有步骤 %q", l.ID, o.step)
	}
	return l.Steps[len(l.Steps)-1], nil
}

func (o *checkOptions) print(lesson string, s steps.Step, results checks.Results) error {
	p := o.program
	switch {
	case o.output == "json":
		return printJSON(p, report.NewStep(lesson, s.ID, results))
	case len(results) == 0:
		return nil
	}
	if err := p.Printf("%s · %s\n\n", lesson, s.Title); err != nil {
		return err
	}
	return p.Write(p.Style(p.Out).Results(results, p.Lang()))
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
			return slices.ContainsFunc(b.Checks, func(c checks.Check) bool { return c.Subject() == before.Subject() })
		})
		cs = append(cs, b.Checks...)
		if i >= behind && len(b.Checks) > 0 {
			break
		}
	}
	return cs
}
