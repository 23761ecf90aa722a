package cli

import (
	"context"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/brand"
	"github.com/kubectl-learn/kubectl-learn/internal/cluster"
	"github.com/kubectl-learn/kubectl-learn/internal/guide"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/internal/session"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// pick lets the learner choose a lesson.
func (o *startOptions) pick(ctx context.Context) (*steps.Lesson, error) {
	var ids, options []string
	first := -1
	for _, course := range o.catalog.Courses() {
		for _, l := range course.Lessons {
			ids = append(ids, l.ID)
			options = append(options, o.program.Say(lang.Messagef("%s · %d min · %s", "%s · %d 分钟 · %s", l.Title, l.Minutes, standing(o.program, l.ID))))
			if first < 0 && !finished(o.program, l.ID) {
				first = len(ids) - 1
			}
		}
	}
	p := o.program
	in, out, _ := p.Terminal()
	chosen, err := prompt.Pick(ctx, in, out, p.Lang(), p.Say(lang.Messagef("Which lesson?", "想学哪一课？")), options, max(first, 0))
	if err != nil {
		return nil, err
	}
	return o.catalog.Lesson(ids[chosen], p.Lang())
}

func (o *startOptions) screen() *guide.Screen {
	p := o.program
	return &guide.Screen{Out: p.Out, Style: p.Style(p.Out), Lang: p.Lang(), Terminal: p.Interactive()}
}

// play plays the lesson to its end.
func (o *startOptions) play(ctx context.Context, open *session.Session) error {
	patience := time.Duration(0)
	if o.yes {
		patience = o.timeout
	}
	player, err := open.Player(o.catalog, o.lesson, patience)
	if err != nil {
		return err
	}
	screen := o.screen()
	player.Screen = screen
	if o.yes {
		player.Learner, player.Differs = guide.Nobody{Screen: screen}, o.differs
	} else {
		in, out, _ := o.program.Terminal()
		player.Learner = &guide.Learner{Screen: screen, Terminal: prompt.NewTerminal(in, out), Challenge: o.lesson.Mode == steps.Challenge}
	}
	player.Shell = o.interrupts.Guard(player.Shell, o.yes)
	o.greet(screen, open)
	if err := player.Play(ctx); err != nil {
		return err
	}
	if err := open.Finish(); err != nil {
		return err
	}
	screen.Note(lang.Messagef("**Lesson done.** To clean up, or to start it over: `%s reset %s`",
		"**课程完成。** 想清理它创建的一切，或者从头再来：`%s reset %s`", brand.Command, o.lesson.ID))
	screen.Note(o.farewell())
	return nil
}

// differs reports that a command's output is not what the lesson shows: another cluster
// may print something else, or the lesson may be out of date.
func (o *startOptions) differs(a steps.Action, diff string) {
	o.program.Remark(lang.Messagef("note: the output of %q differs from the lesson: %s", "注意：%q 的输出与课程所示不同：%s", a.Command, diff))
}

// greet shows the lesson's introduction the first time, and later where it continues.
func (o *startOptions) greet(screen *guide.Screen, open *session.Session) {
	if len(open.Store.Steps) == 0 {
		screen.Intro(o.lesson)
	} else {
		screen.Note(lang.Messagef("**%s**: continuing after %d of %d steps.", "**%s**：已完成 %d 步，共 %d 步，继续。",
			lang.Same(o.lesson.Title), open.Store.DoneSteps(), len(o.lesson.Steps)))
	}
	screen.Note(lang.Messagef("Cluster: %s. Namespace: `%s`. Your files: `%s`", "集群：%s。命名空间：`%s`。你的文件：`%s`",
		cluster.Where(open.Cluster.Context), open.Namespace.Name, open.Folder.Workspace()))
}

// farewell says at the end of the lesson what comes next.
func (o *startOptions) farewell() lang.Message {
	for _, course := range o.catalog.Courses() {
		if !slices.ContainsFunc(course.Lessons, func(l steps.Summary) bool { return l.ID == o.lesson.ID }) {
			continue
		}
		if l := upNext(o.program, course, o.lesson.ID); l != nil {
			return lang.Messagef("Next: **%s**, %d min\n\n    %s start %s", "下一课：**%s**，%d 分钟\n\n    %s start %s", l.Title, l.Minutes, brand.Command, l.ID)
		}
		return lang.Messagef("You've finished all lessons in the course **%s**.", "你已学完课程 **%s** 的全部内容。", course.Title)
	}
	return lang.Message{}
}
