package steps

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// act has an action done: by Enter, by commands of the learner's own, or not at
// all because it was done in another way.
func (p *Player) act(ctx context.Context, s Step, a Action, h *hints) error {
	p.Screen.Action(a, false)
	for {
		reply, err := p.Learner.Choose(ctx, a)
		if err != nil {
			return err
		}
		switch reply.Kind {
		case ReplySkip:
			return nil
		case ReplyHint:
			h.next()
		case ReplyShow:
			p.show(s)
		case ReplyCommand:
			if _, err := p.run(ctx, p.Screen.Output(), reply.Command); err != nil {
				return err
			}
		case ReplyRedo:
			return p.redo(ctx, s, func(b Block) bool { return b.Action != nil && b.Action.Line == a.Line })
		case ReplyGo:
			status, err := p.do(ctx, a, false)
			if err != nil || status == 0 {
				return err
			}
			if p.Patience > 0 {
				return p.stalled(ctx, s, a, status)
			}
			if status == interruptedStatus {
				p.Screen.Note(lang.Messagef("Ended by Ctrl-C. Enter runs it again, next goes on.", "已用 Ctrl-C 结束。按回车再运行一次，输入 next 继续。"))
				continue
			}
			p.Screen.Note(lang.Messagef(
				"That ended with status %d. Read what it says; Enter tries again, next goes on.",
				"命令以状态码 %d 结束。先读读它的输出；按回车重试，输入 next 继续。", status))
		}
	}
}

// do carries out an action of the lesson. afresh puts the lesson's own file
// back first, where the learner had changed it.
func (p *Player) do(ctx context.Context, a Action, afresh bool) (status int, err error) {
	var env []string
	if a.Kind == Apply {
		note, err := p.Workspace.Put(a, afresh)
		if err != nil {
			return 0, err
		}
		if !note.IsZero() {
			p.Screen.Note(note)
		}
	}
	if a.Edit != nil {
		env = []string{EditFrom + "=" + a.Edit.From, EditTo + "=" + a.Edit.To, "KUBE_EDITOR=" + p.Editor}
	}
	stop := p.overdue()
	defer stop()
	return p.compared(ctx, a, env)
}

// compared runs an action's command and tells when it prints something else
// than the lesson shows.
func (p *Player) compared(ctx context.Context, a Action, env []string) (status int, err error) {
	if p.Differs == nil || a.Output == "" {
		return p.run(ctx, p.Screen.Output(), a.Command, env...)
	}
	var printed bytes.Buffer
	status, err = p.run(ctx, io.MultiWriter(p.Screen.Output(), &printed), a.Command, env...)
	if ok, diff := MatchOutput(a.Output, printed.String()); err == nil && !ok {
		p.Differs(a, diff)
	}
	return status, err
}

// long is how long a command of the lesson may run before the learner is told
// how to end it.
const long = 15 * time.Second

// overdue sees to it that no command of the lesson holds the learner for ever:
// "kubectl rollout status" waits as long as the cluster does. With nobody there
// the command is ended when patience is.
func (p *Player) overdue() (stop func()) {
	if p.Patience > 0 {
		return func() {}
	}
	said := make(chan struct{})
	timer := time.AfterFunc(long, func() {
		defer close(said)
		p.Screen.Note(lang.Messagef(
			"This takes long. Ctrl-C ends the command, not the lesson; `next` then goes on, and the checks say what is missing.",
			"等得有点久了。按 Ctrl-C 会结束这条命令，而不是课程；之后输入 `next` 继续，检查会告诉你缺了什么。"))
	})
	return func() {
		if !timer.Stop() {
			<-said
		}
	}
}

// stalled says, with nobody there, why a command of the lesson failed: when the
// step's checks do not hold, that is the reason.
func (p *Player) stalled(ctx context.Context, s Step, a Action, status int) error {
	if cs := s.Checks(); len(cs) > 0 {
		results, err := p.Cluster.Look(ctx, cs)
		if err != nil {
			return err
		}
		p.Screen.Results(results)
		if some(results, checks.Failed) || some(results, checks.Waiting) && status == overdueStatus {
			return &NotYetError{Step: s.ID, Results: results}
		}
	}
	return &CommandError{Step: s.ID, Command: a.Command, Status: status}
}

// interruptedStatus is what a shell gives for a command that Ctrl-C ended.
const interruptedStatus = 130

// overdueStatus is what the timeout command of GNU coreutils gives for a
// command that it ended.
const overdueStatus = 124

func (p *Player) run(ctx context.Context, out io.Writer, command string, env ...string) (int, error) {
	own := ctx
	if p.Patience > 0 {
		var cancel context.CancelFunc
		own, cancel = context.WithTimeout(ctx, p.Patience)
		defer cancel()
	}
	p.touched = true
	status, err := p.Shell.Run(own, command, out, env...)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	p.Screen.Ran()
	if own.Err() != nil {
		p.Screen.Note(lang.Messagef("The command was ended after %s.", "命令运行了 %s 后被结束。", p.Patience))
		return overdueStatus, nil
	}
	if err != nil {
		p.Screen.Note(lang.Same(err.Error()))
		return 1, nil
	}
	return status, nil
}

// lookBack looks again at the checks of finished steps and says what is no
// longer so. Where several steps look at the same thing, the last word counts:
// a lesson may change what it had asked for before.
func (p *Player) lookBack(ctx context.Context) error {
	last := map[string]checks.Check{}
	var order []string
	for _, s := range p.Lesson.Steps {
		if _, done := p.Record.Behind(s.ID); !done {
			continue
		}
		for _, c := range s.Checks() {
			key := c.Target()
			if _, seen := last[key]; !seen {
				order = append(order, key)
			}
			last[key] = c
		}
	}
	if len(order) == 0 {
		return nil
	}
	cs := make([]checks.Check, len(order))
	for i, key := range order {
		cs[i] = last[key]
	}
	results, err := p.Cluster.Look(ctx, cs)
	if err != nil {
		return err
	}
	var gone []checks.Result
	for _, r := range results {
		if r.Verdict == checks.Failed {
			gone = append(gone, r)
		}
	}
	if len(gone) > 0 {
		p.Screen.Note(lang.Messagef("Finished before, but no longer so:", "之前已经完成，但现在不再成立："))
		p.Screen.Results(gone)
		p.Screen.Note(lang.Messagef(
			"If a step needs it, type `redo` there: the lesson then puts back what earlier steps had made.",
			"如果后面的步骤需要它，就在那里输入 `redo`：课程会把前面步骤创建的东西恢复回来。"))
	}
	return nil
}
