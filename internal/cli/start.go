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
	// lesson is nil if the learner still has to choose one; fault says why it can't be
	// read.
	lesson *steps.Lesson
	fault  error
	// terminal says whether there is a terminal, and interactive whether it can do
	// enough.
	terminal, interactive bool
}

func newStart(p *program.Program, interrupts *session.Interrupts) *cobra.Command {
	o := &startOptions{program: p, interrupts: interrupts}
	cmd := &cobra.Command{
		Use:   "start [LESSON]",
		Short: p.Say(lang.Messagef("Start a lesson, or continue where you left off", "开始一课，或者从上次停下的地方继续")),
		Example: fmt.Sprintf("  # %s\n  kubectl learn start\n\n  # %s\n  kubectl learn start orchestrate --yes\n\n  # %s\n  kubectl learn start orchestrate --context minikube",
			p.Say(lang.Messagef("Choose a lesson", "选择一课")),
			p.Say(lang.Messagef("Run a lesson unattended", "无人值守地运行一课")),
			p.Say(lang.Messagef("Use your own cluster", "使用你自己的集群"))),
		Args:              help.Args(0, 1),
		ValidArgsFunction: completeLesson(p),
		RunE:              runE(o),
	}
	addClusterFlags(p, cmd, &o.choice)
	cmd.Flags().BoolVar(&o.yes, "yes", false, p.Say(lang.Messagef("do every step without asking, and fail if the checks don't pass in time", "自动完成每一步，不再询问；检查没有按时通过就失败")))
	cmd.Flags().DurationVar(&o.timeout, "timeout", 2*time.Minute, p.Say(lang.Messagef("with --yes: how long to wait for the checks of each step", "与 --yes 一起用：每一步的检查最多等多久")))
	cmd.Flags().StringVar(&o.mode, "mode", "", p.Say(lang.Messagef("guided shows the commands, challenge shows only the goal (default: the lesson's own mode)", "guided 显示命令，challenge 只显示目标（默认：课程自己的模式）")))
	cmd.Flags().StringToStringVar(&o.set, "set", nil, p.Say(lang.Messagef("set a variable of the lesson, such as STARTUP_SECONDS=60", "设置课程的变量，例如 STARTUP_SECONDS=60")))
	return cmd
}

// complete reads the named lesson.
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
			Hints: []lang.Message{lang.Messagef("name one, for example: %s start %s", "写上课程名，例如：%s start %s", brand.Command, o.catalog.IDs()[0])},
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
		what = lang.Messagef("a lesson needs a full terminal, but this one says TERM=dumb", "课程需要功能完整的终端，而这里设置了 TERM=dumb")
	}
	return &advice.Error{
		What:  what,
		Hints: []lang.Message{lang.Messagef("run it unattended: %s start %s --yes", "无人值守地运行：%s start %s --yes", brand.Command, o.lesson.ID)},
		Code:  advice.Usage,
	}
}

func (o *startOptions) validateMode() error {
	if o.mode == "" || slices.Contains(steps.Modes(), steps.Mode(o.mode)) {
		return nil
	}
	return usage.Errorf("--mode %q is not supported; choose guided or challenge", "不支持 --mode %q；请用 guided 或 challenge", o.mode)
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
		screen.Note(lang.Messagef("You've finished this lesson. To start it over: `%s reset %s`", "你已经学完这一课。想从头再来：`%s reset %s`", brand.Command, lesson.ID))
		screen.Note(o.farewell())
		return nil
	}
	if err := open.Settle(lesson, o.set); err != nil {
		return err
	}
	err = o.play(ctx, open)
	left := errors.Is(err, guide.ErrLeft)
	if left || errors.Is(err, prompt.ErrInterrupted) || ctx.Err() != nil {
		o.program.Remark(lang.Messagef("\nStopped. Your progress is saved. To continue: %s start %s", "\n已停下，进度已保存。继续：%s start %s", brand.Command, lesson.ID))
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
		lang.Messagef("This lesson creates its own namespace on context %q (%s). Continue?", "这个课程会在上下文 %q（%s）上创建自己的命名空间。继续吗？", c.Context, c.Server),
		lang.Messagef("using context %q (%s) needs your confirmation", "使用上下文 %q（%s）需要你确认", c.Context, c.Server),
		lang.Messagef("yes", "继续"),
	)
}
