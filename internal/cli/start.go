package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cli/help"
	"github.com/kubectl-learn/kubectl-learn/internal/guide"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// start is "kubectl learn start".
type start struct {
	app     *app
	cluster clusterFlags
	yes     bool
	timeout time.Duration
	set     map[string]string
	mode    string
	lesson  string
	catalog *steps.Catalog
}

func (a *app) newStart() *cobra.Command {
	s := &start{app: a}
	cmd := &cobra.Command{
		Use:   "start [LESSON]",
		Short: a.say(lang.Messagef("Start a lesson, or go on where you stopped", "开始一课，或者从上次停下的地方继续")),
		Example: fmt.Sprintf("  # %s\n  kubectl learn start\n\n  # %s\n  kubectl learn start orchestrate --yes\n\n  # %s\n  kubectl learn start orchestrate --context minikube",
			a.say(lang.Messagef("Choose a lesson", "选择一课")),
			a.say(lang.Messagef("Play one with nobody at the keyboard", "无人值守地完成一课")),
			a.say(lang.Messagef("Play on a cluster of your own", "使用你自己的集群"))),
		Args:              help.Args(0, 1),
		ValidArgsFunction: a.completeLesson,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := s.complete(cmd.Context(), args); err != nil {
				return err
			}
			if err := s.validate(); err != nil {
				return err
			}
			return s.run(cmd.Context())
		},
	}
	s.cluster.add(a, cmd)
	cmd.Flags().BoolVar(&s.yes, "yes", false, a.say(lang.Messagef("do every step without asking; fails when a check does not hold in time", "不询问，自动完成每一步；检查超时未通过则失败")))
	cmd.Flags().DurationVar(&s.timeout, "timeout", 2*time.Minute, a.say(lang.Messagef("with --yes: how long the checks of a step may take", "与 --yes 一起用：每一步的检查最多等多久")))
	cmd.Flags().StringVar(&s.mode, "mode", "", a.say(lang.Messagef("guided shows what there is to do, challenge only what shall come of it (default: as the lesson is meant)", "guided 显示要做什么，challenge 只给出目标（默认：按课程的设计）")))
	cmd.Flags().StringToStringVar(&s.set, "set", nil, a.say(lang.Messagef("give a variable of the lesson another value, such as STARTUP_SECONDS=60", "给课程的变量换一个值，例如 STARTUP_SECONDS=60")))
	return cmd
}

// complete finds the lesson that is meant.
func (s *start) complete(ctx context.Context, args []string) (err error) {
	if s.catalog, err = s.app.catalog(); err != nil {
		return err
	}
	if len(args) == 1 {
		s.lesson = args[0]
		return nil
	}
	if s.yes || !s.app.interactive() {
		return &advice{
			what:  lang.Messagef("which lesson?", "要开始哪一课？"),
			hints: []lang.Message{lang.Messagef("name it: %s start %s", "写上名字：%s start %s", brand.Command, s.catalog.Courses()[0].Lessons[0].ID)},
			code:  exitUsage,
		}
	}
	s.lesson, err = s.pick(ctx)
	return err
}

// pick lets the learner choose a lesson.
func (s *start) pick(ctx context.Context) (string, error) {
	var ids, options []string
	first := -1
	for _, course := range s.catalog.Courses() {
		for _, l := range course.Lessons {
			ids = append(ids, l.ID)
			options = append(options, s.app.say(lang.Messagef("%s · %d min · %s", "%s · %d 分钟 · %s", l.Title, l.Minutes, s.app.standing(l.ID))))
			if first < 0 && !s.app.finished(l.ID) {
				first = len(ids) - 1
			}
		}
	}
	chosen, err := prompt.Pick(ctx, s.app.Stdin, s.app.Stdout, s.app.lang(), s.app.say(lang.Messagef("Which lesson?", "想学哪一课？")), options, max(first, 0))
	if err != nil {
		return "", err
	}
	return ids[chosen], nil
}

func (s *start) validate() error {
	if s.mode != "" && !slices.Contains(steps.Modes(), steps.Mode(s.mode)) {
		return usagef("--mode %q is none of %v", "--mode %q 不在 %v 之中", s.mode, steps.Modes())
	}
	if s.timeout <= 0 {
		return usagef("--timeout must be longer than 0, such as 2m", "--timeout 必须大于 0，例如 2m")
	}
	if !s.yes && !s.app.interactive() {
		what := lang.Messagef("a lesson needs a terminal", "课程需要在终端里进行")
		if isTerminal(s.app.Stdin) && isTerminal(s.app.Stdout) {
			what = lang.Messagef("a lesson needs a terminal that can do more than TERM=dumb says", "课程需要功能更全的终端，而 TERM=dumb 表示做不到")
		}
		return &advice{
			what:  what,
			hints: []lang.Message{lang.Messagef("play it with nobody there: %s start %s --yes", "无人值守地播放：%s start %s --yes", brand.Command, s.lesson)},
			code:  exitUsage,
		}
	}
	return nil
}

func (s *start) run(ctx context.Context) (err error) {
	lesson, err := s.catalog.Lesson(s.lesson, s.app.lang())
	if err != nil {
		return err
	}
	if err := lesson.Set(s.set); err != nil {
		return err
	}
	lesson.Mode = cmp.Or(steps.Mode(s.mode), lesson.Mode)
	session, err := s.app.open(ctx, lesson, &s.cluster, s.app.confirmCluster(s.yes))
	if ctx.Err() != nil {
		return errors.Join(prompt.ErrInterrupted, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.close()) }()
	if !session.store.Finished.IsZero() {
		screen := s.screen()
		screen.Note(lang.Messagef("You have finished this lesson. To play it again: `%s reset %s`", "你已经学完这一课。想再来一遍：`%s reset %s`", brand.Command, lesson.ID))
		screen.Note(s.app.farewell(s.catalog, lesson.ID))
		return nil
	}
	if err := settle(lesson, s.set, session.store); err != nil {
		return err
	}
	err = s.play(ctx, session, lesson)
	if errors.Is(err, guide.ErrLeft) || errors.Is(err, prompt.ErrInterrupted) || ctx.Err() != nil {
		s.app.remark(lang.Messagef("\nStopped. What is done is kept; go on with: %s start %s", "\n已停下，做完的都保留着。继续：%s start %s", brand.Command, lesson.ID))
		if ctx.Err() != nil {
			return prompt.ErrInterrupted
		}
	}
	return err
}

func (s *start) screen() *guide.Screen {
	return &guide.Screen{Out: s.app.Stdout, Style: s.app.style(s.app.Stdout), Lang: s.app.lang(), Terminal: s.app.interactive()}
}

func (s *start) play(ctx context.Context, session *session, lesson *steps.Lesson) error {
	patience := time.Duration(0)
	if s.yes {
		patience = s.timeout
	}
	player, err := session.player(s.catalog, lesson, patience)
	if err != nil {
		return err
	}
	screen := s.screen()
	player.Screen = screen
	player.Learner, player.Differs = guide.Nobody{Screen: screen}, s.differs
	if !s.yes {
		player.Differs = nil
		player.Learner = &guide.Learner{Screen: screen, Terminal: prompt.NewTerminal(s.app.Stdin, s.app.Stdout), Challenge: lesson.Mode == steps.Challenge}
	}
	player.Shell = s.app.interrupts.guard(player.Shell, s.yes)
	s.greet(screen, session, lesson)
	if err := player.Play(ctx); err != nil {
		return err
	}
	session.store.Finished = time.Now().UTC().Truncate(time.Second)
	if err := session.store.Save(); err != nil {
		return err
	}
	screen.Note(lang.Messagef("**Lesson done.** To remove what it made, and to play it again: `%s reset %s`",
		"**课程完成。** 想清理它创建的一切，或者再来一遍：`%s reset %s`", brand.Command, lesson.ID))
	screen.Note(s.app.farewell(s.catalog, lesson.ID))
	return nil
}

// differs says that a lesson shows something else than what is printed here:
// other clusters print other things, and a lesson may have grown old.
func (s *start) differs(a steps.Action, diff string) {
	s.app.remark(lang.Messagef("note: %q does not print what the lesson shows: %s", "注意：%q 的输出与课程所示不同：%s", a.Command, diff))
}

// greet shows the lesson's opening once, and afterwards where it goes on.
func (s *start) greet(screen *guide.Screen, session *session, lesson *steps.Lesson) {
	if len(session.store.Steps) == 0 {
		screen.Intro(lesson)
	} else {
		screen.Note(lang.Messagef("**%s**: going on after %d of %d steps.", "**%s**：已完成 %d 步，共 %d 步，继续。",
			lang.Same(lesson.Title), session.store.DoneSteps(), len(lesson.Steps)))
	}
	screen.Note(lang.Messagef("Cluster: %s. Namespace: `%s`. Your files: `%s`", "集群：%s。命名空间：`%s`。你的文件：`%s`",
		where(session.cluster.Context), session.namespace.Name, session.dir.Lesson(lesson.ID)+string(os.PathSeparator)+"workspace"))
}
