package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/guide"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// startOptions are those of "kubectl learn start".
type startOptions struct {
	program    *program.Program
	interrupts *session.Interrupts
	choice     cluster.Choice
	yes        bool
	timeout    time.Duration
	set        map[string]string
	mode       string
	catalog    *steps.Catalog
	// lesson is nil where the learner is to choose one, and fault says why it cannot
	// be read.
	lesson *steps.Lesson
	fault  error
	// terminal says that there is one, and interactive that it can do enough.
	terminal, interactive bool
}

func newStart(p *program.Program, interrupts *session.Interrupts) *cobra.Command {
	o := &startOptions{program: p, interrupts: interrupts}
	cmd := &cobra.Command{
		Use:   "start [LESSON]",
		Short: p.Say(lang.Messagef("Start a lesson, or go on where you stopped", "开始一课，或者从上次停下的地方继续")),
		Example: fmt.Sprintf("  # %s\n  kubectl learn start\n\n  # %s\n  kubectl learn start orchestrate --yes\n\n  # %s\n  kubectl learn start orchestrate --context minikube",
			p.Say(lang.Messagef("Choose a lesson", "选择一课")),
			p.Say(lang.Messagef("Play one with nobody at the keyboard", "无人值守地完成一课")),
			p.Say(lang.Messagef("Play on a cluster of your own", "使用你自己的集群"))),
		Args:              help.Args(0, 1),
		ValidArgsFunction: completeLesson(p),
		RunE:              runE(o),
	}
	addClusterFlags(p, cmd, &o.choice)
	cmd.Flags().BoolVar(&o.yes, "yes", false, p.Say(lang.Messagef("do every step without asking; fails when a check does not hold in time", "不询问，自动完成每一步；检查超时未通过则失败")))
	cmd.Flags().DurationVar(&o.timeout, "timeout", 2*time.Minute, p.Say(lang.Messagef("with --yes: how long the checks of a step may take", "与 --yes 一起用：每一步的检查最多等多久")))
	cmd.Flags().StringVar(&o.mode, "mode", "", p.Say(lang.Messagef("guided shows what there is to do, challenge only what shall come of it (default: as the lesson is meant)", "guided 显示要做什么，challenge 只给出目标（默认：按课程的设计）")))
	cmd.Flags().StringToStringVar(&o.set, "set", nil, p.Say(lang.Messagef("give a variable of the lesson another value, such as STARTUP_SECONDS=60", "给课程的变量换一个值，例如 STARTUP_SECONDS=60")))
	return cmd
}

// complete reads the lesson that is named.
func (o *startOptions) complete(_ *cobra.Command, args []string) (err error) {
	_, _, o.terminal = o.program.Terminal()
	o.interactive = o.program.Interactive()
	if o.catalog, err = openCatalog(); err != nil {
		return err
	}
	if len(args) == 1 {
		o.lesson, o.fault = o.catalog.Lesson(args[0], o.program.Lang())
	}
	return nil
}

func (o *startOptions) validate() error {
	return usage.Join(o.validateLesson(), o.validateMode(), o.validateTimeout())
}

func (o *startOptions) validateLesson() error {
	alone := o.yes || !o.interactive
	switch {
	case o.fault != nil:
		return o.fault
	case o.lesson == nil && alone:
		return &advice.Error{
			What:  lang.Messagef("which lesson?", "要开始哪一课？"),
			Hints: []lang.Message{lang.Messagef("name it: %s start %s", "写上名字：%s start %s", brand.Command, o.catalog.IDs()[0])},
			Code:  advice.Usage,
		}
	case o.lesson == nil:
		return nil
	}
	return usage.Join(o.lesson.Takes(o.set), o.validateTerminal())
}

func (o *startOptions) validateTerminal() error {
	if o.yes || o.interactive {
		return nil
	}
	what := lang.Messagef("a lesson needs a terminal", "课程需要在终端里进行")
	if o.terminal {
		what = lang.Messagef("a lesson needs a terminal that can do more than TERM=dumb says", "课程需要功能更全的终端，而 TERM=dumb 表示做不到")
	}
	return &advice.Error{
		What:  what,
		Hints: []lang.Message{lang.Messagef("play it with nobody there: %s start %s --yes", "无人值守地播放：%s start %s --yes", brand.Command, o.lesson.ID)},
		Code:  advice.Usage,
	}
}

func (o *startOptions) validateMode() error {
	if o.mode == "" || slices.Contains(steps.Modes(), steps.Mode(o.mode)) {
		return nil
	}
	return usage.Errorf("--mode %q is none of %v", "--mode %q 不在 %v 之中", o.mode, steps.Modes())
}

func (o *startOptions) validateTimeout() error {
	if o.timeout > 0 {
		return nil
	}
	return usage.Errorf("--timeout must be longer than 0, such as 2m", "--timeout 必须大于 0，例如 2m")
}

func (o *startOptions) run(ctx context.Context) (err error) {
	if o.lesson == nil {
		if o.lesson, err = o.pick(ctx); err != nil {
			return err
		}
	}
	lesson := o.lesson
	if err := lesson.Set(o.set); err != nil {
		return err
	}
	lesson.Mode = cmp.Or(steps.Mode(o.mode), lesson.Mode)
	open, err := session.Open(ctx, lesson, session.Options{Program: o.program, Choice: o.choice, Confirm: o.confirm, URL: lessonURL(o.program)})
	if ctx.Err() != nil {
		return errors.Join(prompt.ErrInterrupted, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, open.Close()) }()
	if !open.Store.Finished.IsZero() {
		screen := o.screen()
		screen.Note(lang.Messagef("You have finished this lesson. To play it again: `%s reset %s`", "你已经学完这一课。想再来一遍：`%s reset %s`", brand.Command, lesson.ID))
		screen.Note(o.farewell())
		return nil
	}
	if err := open.Settle(lesson, o.set); err != nil {
		return err
	}
	err = o.play(ctx, open)
	left := errors.Is(err, guide.ErrLeft)
	if left || errors.Is(err, prompt.ErrInterrupted) || ctx.Err() != nil {
		o.program.Remark(lang.Messagef("\nStopped. What is done is kept; go on with: %s start %s", "\n已停下，做完的都保留着。继续：%s start %s", brand.Command, lesson.ID))
	}
	switch {
	case ctx.Err() != nil:
		return prompt.ErrInterrupted
	case left:
		return nil
	}
	return err
}

// confirm asks before the first change on the learner's own cluster.
func (o *startOptions) confirm(ctx context.Context, c *cluster.Cluster) error {
	if o.yes {
		return nil
	}
	return confirm(
		ctx, o.program,
		lang.Messagef("This lesson makes a namespace of its own on context %q (%s). Go on?", "这个课程会在上下文 %q（%s）上新建一个自己的命名空间。继续吗？", c.Context, c.Server),
		lang.Messagef("nobody is here to confirm the use of context %q (%s)", "没有人可以确认使用上下文 %q（%s）", c.Context, c.Server),
		lang.Messagef("yes", "继续"),
	)
}
