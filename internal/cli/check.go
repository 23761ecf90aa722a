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
	// given says which flags are on the command line.
	given map[string]bool
}

func newCheck(p *program.Program) *cobra.Command {
	o := &checkOptions{program: p}
	cmd := &cobra.Command{
		Use:   "check [LESSON | -f FILE]",
		Short: p.Say(lang.Messagef("Run the checks of your current step, or of a file", "运行当前步骤的检查，或者一个文件里的检查")),
		Long: p.Say(lang.Messagef(`Run the checks of your current step once, from any terminal.

With -f, wait until the checks in a file pass, in your kubeconfig's current context
or the one that --context names. Nothing in the cluster changes, unless a check
itself runs a command in a pod or sends a request that changes something.

Exits with 0 if all checks pass, 3 if some don't, and 1 if they couldn't run.`, `在任意终端里，把当前步骤的检查运行一次。

加上 -f，就会等到文件里的检查全部通过；集群取自 kubeconfig 的当前上下文，
或者由 --context 指定。集群上的内容不会改变，除非检查本身在 Pod 里运行命令，
或者发送会改动内容的请求。

全部通过时退出码为 0，有未通过的为 3，检查无法运行时为 1。`)),
		Example:           "  kubectl learn check\n  kubectl learn check -f checks.yaml -n shop --timeout 2m -o junit",
		Args:              help.Args(0, 1),
		ValidArgsFunction: completeLesson(p),
		RunE:              runE(o),
	}
	cmd.Flags().StringVar(&o.step, "step", "", p.Say(lang.Messagef("run the checks of this step (default: your current step)", "运行这个步骤的检查（默认：当前步骤）")))
	cmd.Flags().StringVarP(&o.output, "output", "o", "", p.Say(lang.Messagef("output format: text, json, or junit (only with -f)", "输出格式：text、json 或 junit（仅用于 -f）")))
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
		problems = append(problems, usage.Errorf("-f needs a file", "-f 后面要写一个文件"))
	}
	if o.file.name != "" && (o.lesson != "" || o.step != "") {
		problems = append(problems, usage.Errorf("-f can't be combined with a lesson or --step", "-f 不能和课程或 --step 一起用"))
	}
	if o.file.timeout < 0 {
		problems = append(problems, usage.Errorf("--timeout must not be less than 0", "--timeout 不能小于 0"))
	}
	for _, flag := range []string{"namespace", "timeout", "allow-run"} {
		if o.given[flag] && o.file.name == "" {
			problems = append(problems, usage.Errorf("--%s requires -f FILE", "--%s 要和 -f FILE 一起用", flag))
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
		// JSON reports why each check is unknown.
		if o.output == "json" && ctx.Err() == nil {
			err = cmp.Or(o.print(lesson.ID, step, unknown(cs, advice.Of(err).What)), err)
		}
		return err
	}
	return cmp.Or(o.print(lesson.ID, step, results), advice.Verdict(results))
}

// find returns the requested step, or else the first unfinished step, or else the last
// one.
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

// unknown returns the results of checks that couldn't run.
func unknown(cs []checks.Check, why lang.Message) checks.Results {
	results := make(checks.Results, len(cs))
	for i, c := range cs {
		results[i] = checks.Result{Check: c, Verdict: checks.Unknown, Reason: why, Since: time.Now()}
	}
	return results
}

// due returns the checks of a step up to where the learner is: the past ones and the
// next ones, except those that a later check of the same subject replaces.
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
