package play

import (
	"context"
	"io"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// task is an action that a step still has to do.
type task struct {
	steps.Action
	step steps.Step
	// at is the place of its block in the step.
	at int
	// half says that the command may have been done in part or completely: it was under
	// way when the program, the learner or the cluster stopped it.
	half bool
}

// act has an action done: by Enter, by commands of the learner's own, or not at
// all because it was done in another way.
func (p *Player) act(ctx context.Context, s steps.Step, at int, h *hints) error {
	d := &task{Action: *s.Blocks[at].Action, step: s, at: at}
	if p.ahead {
		p.Screen.Needless(d.Action)
		return nil
	}
	p.Screen.Action(d.Action, false)
	if done, err := p.resume(ctx, d); done || err != nil {
		return err
	}
	for {
		reply, err := p.Learner.Choose(ctx, d.Action)
		if err != nil {
			return err
		}
		done := false
		switch reply.Kind {
		case ReplySkip:
			return nil
		case ReplyHint:
			h.next()
		case ReplyShow:
			p.show(s)
		case ReplyCommand:
			done, err = p.typed(ctx, d, reply.Command)
		case ReplyRedo:
			return p.redo(ctx, s, func(b steps.Block) bool { return b.Action != nil && b.Action.Line == d.Line })
		case ReplyGo:
			done, err = p.perform(ctx, d, runOptions{})
		}
		if done || err != nil {
			return err
		}
	}
}

// perform does an action, and reports whether it is done: it ended well, or what it
// is for is there.
func (p *Player) perform(ctx context.Context, d *task, m runOptions) (done bool, err error) {
	if err := p.Record.Begin(d.step.ID, d.at+1); err != nil {
		return false, err
	}
	o, err := p.attempt(ctx, d.Action, m)
	if err != nil {
		return false, err
	}
	d.half = d.half || o.half
	if o.status == 0 {
		p.own = false
		return true, nil
	}
	if done, err := p.doneAnyway(ctx, d, o); done || err != nil {
		return done, err
	}
	if !d.half {
		if err := p.Record.Begin(d.step.ID, 0); err != nil {
			return false, err
		}
	}
	if p.Patience > 0 {
		return false, p.stalled(ctx, d.step, d.Action, o.status)
	}
	p.Screen.Note(failed(o.status))
	return false, nil
}

func failed(status int) lang.Message {
	if status == interruptedStatus {
		return lang.Messagef("Stopped by Ctrl-C. Press Enter to run it again, or type next to go on.", "已用 Ctrl-C 结束。按回车再运行一次，输入 next 继续。")
	}
	return lang.Messagef(
		"The command exited with status %d. Read its output; then press Enter to try again, or type next to go on.",
		"命令以状态码 %d 结束。先读读它的输出；按回车重试，输入 next 继续。", status)
}

// overdue sees to it that no command of the lesson holds the learner for ever:
// "kubectl rollout status" waits as long as the cluster does. In an unattended run
// the command is ended when patience is.
func (p *Player) overdue() (stop func()) {
	if p.Patience > 0 {
		return func() {}
	}
	said := make(chan struct{})
	timer := time.AfterFunc(longTime, func() {
		defer close(said)
		p.Screen.Note(lang.Messagef(
			"This is taking a while. Ctrl-C stops the command, not the lesson; then type `next` to go on, and the checks tell you what's missing.",
			"等得有点久了。按 Ctrl-C 会结束这条命令，而不是课程；之后输入 `next` 继续，检查会告诉你缺了什么。"))
	})
	return func() {
		if !timer.Stop() {
			<-said
		}
	}
}

// stalled says, in an unattended run, why a command of the lesson failed: when the
// step's checks don't pass, that is the reason.
func (p *Player) stalled(ctx context.Context, s steps.Step, a steps.Action, status int) error {
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

// tell runs a command whose output only the learner reads.
func (p *Player) tell(ctx context.Context, command string) (int, error) {
	out := p.Screen.Output()
	return p.run(ctx, out, out, command)
}

func (p *Player) run(ctx context.Context, out, errOut io.Writer, command string, env ...string) (int, error) {
	own := ctx
	if p.Patience > 0 {
		var cancel context.CancelFunc
		own, cancel = context.WithTimeout(ctx, p.Patience)
		defer cancel()
	}
	p.touched = true
	status, err := p.Shell.Run(own, command, out, errOut, env...)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	p.Screen.Ran()
	if own.Err() != nil {
		p.Screen.Note(lang.Messagef("The command was stopped after %s.", "命令运行了 %s 后被结束。", p.Patience))
		return overdueStatus, nil
	}
	if err != nil {
		p.Screen.Note(lang.Same(err.Error()))
		return 1, nil
	}
	return status, nil
}
