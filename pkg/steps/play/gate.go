package play

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// gate waits until all checks hold. When they settle on failed, or the learner
// calls, the learner is asked what to do.
func (p *Player) gate(ctx context.Context, s steps.Step, cs []checks.Check, h *hints) error {
	if p.Lesson.Mode == steps.Challenge && p.Patience == 0 {
		if err := p.present(ctx, s, cs, h); err != nil {
			return err
		}
	}
	end := time.Now().Add(p.Patience)
	for {
		results, err := p.await(ctx, cs, time.Until(end))
		if err != nil {
			return err
		}
		if some(results, checks.Unknown) {
			back, err := p.revive(ctx)
			if err != nil {
				return err
			}
			if back || p.Patience > 0 && time.Now().Before(end) {
				continue
			}
		}
		p.Screen.Results(results)
		if held(results) {
			p.alreadySo()
			return nil
		}
		if some(results, checks.Unknown) {
			p.Screen.Note(lang.Messagef(
				"Can't check the cluster. If it's the sandbox, start it again with `kubectl learn sandbox up`.",
				"暂时无法查看集群。如果用的是沙箱，运行 `kubectl learn sandbox up` 把它重新启动。"))
		}
		if p.Patience > 0 {
			return &NotYetError{Step: s.ID, Results: results}
		}
		if some(results, checks.Failed) {
			if err := p.Record.Attempt(s.ID); err != nil {
				return err
			}
		}
		if err := p.unstick(ctx, s, cs, h); err != nil {
			return err
		}
	}
}

// alreadySo tells a learner that the checks held before anything was done: it
// may have been made before, or the step be misunderstood.
func (p *Player) alreadySo() {
	if !p.touched {
		p.Screen.Note(lang.Messagef("Nothing to do: it was already like this.", "本来就是这样：这一步里什么也没有做。"))
	}
}

// present shows what a challenge asks for, and lets the learner work before there is
// anything to wait for. It does not say why a check does not pass: to find that out
// is what is asked.
func (p *Player) present(ctx context.Context, s steps.Step, cs []checks.Check, h *hints) error {
	results, err := p.Cluster.Look(ctx, cs)
	if err != nil || held(results) {
		return err
	}
	p.Screen.Results(unjudged(results))
	return p.unstick(ctx, s, cs, h)
}

// unjudged leaves of the checks that do not pass only what they ask for: neither a
// verdict, since waiting is no help against what is broken, nor a reason.
func unjudged(results []checks.Result) []checks.Result {
	bare := slices.Clone(results)
	for i, r := range bare {
		if r.Verdict == checks.Failed || r.Verdict == checks.Waiting {
			bare[i] = checks.Result{Check: r.Check, Since: r.Since}
		}
	}
	return bare
}

// unstick asks the learner until the checks are to be looked at again.
func (p *Player) unstick(ctx context.Context, s steps.Step, cs []checks.Check, h *hints) error {
	for {
		reply, err := p.Learner.Stuck(ctx)
		if err != nil {
			return err
		}
		switch reply.Kind {
		case ReplyHint:
			h.next()
		case ReplyCommand:
			fixed, err := p.repair(ctx, cs, reply.Command)
			if fixed || err != nil {
				return err
			}
		case ReplyShow:
			p.show(s)
		case ReplyRedo:
			return p.redo(ctx, s, func(b steps.Block) bool { return len(b.Checks) > 0 && b.Checks[0].ID == cs[0].ID })
		case ReplyGo, ReplySkip:
			return nil
		}
	}
}

// repair runs the learner's own command and looks once at the checks that did not
// hold. It reports whether they are to be watched again: they hold, or the command
// has set them going. In a challenge the learner says when to look.
func (p *Player) repair(ctx context.Context, cs []checks.Check, command string) (bool, error) {
	if _, err := p.tellAndRevive(ctx, command); err != nil {
		return false, err
	}
	results := p.seen(ctx, cs)
	return held(results) || p.Lesson.Mode != steps.Challenge && !looksOnly(command) && onItsWay(results), ctx.Err()
}

// show shows the actions of a step; in a challenge without what was done
// before it began, which is applied from the same files.
func (p *Player) show(s steps.Step) {
	hidden := p.Lesson.Mode == steps.Challenge
	for _, a := range s.Actions() {
		if !hidden || !a.Setup {
			p.Screen.Action(a, false)
		}
	}
	if hidden {
		p.Screen.Note(lang.Messagef(
			"That's how the lesson does it. The files in your folder haven't changed: edit them yourself, or type `redo` to let the lesson do it all.",
			"这是课程的做法。你文件夹里的文件并没有因此改变：自己照着改，或者输入 `redo` 让课程全部替你做。"))
	}
}

// await watches the checks until all hold, one has settled on failed with a
// learner there, the learner calls, or the limit ends, where there is one. It returns what was seen
// last. When it returns nothing is watched and nothing is written any more.
func (p *Player) await(ctx context.Context, cs []checks.Check, limit time.Duration) ([]checks.Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reports, watched := p.watch(ctx, cs)
	called := make(chan error, 1)
	go func() { called <- p.Learner.Call(ctx) }()

	var (
		last     []checks.Result
		settled  <-chan time.Time
		patience <-chan time.Time
		end      error
	)
	if p.Patience > 0 || limit > 0 {
		patience = time.After(limit)
	}
	callEnded, watchEnded := false, false
	for waiting := true; waiting; {
		select {
		case last = <-reports:
			p.Screen.Live(last)
			waiting = !held(last)
			settled = p.settling(last, settled)
		case <-settled:
			waiting = false
		case <-patience:
			waiting = false
		case end = <-called:
			waiting, callEnded = false, true
		case end = <-watched:
			waiting, watchEnded = false, true
		}
	}
	cancel()
	if !watchEnded {
		_ = <-watched //nolint:staticcheck // its error is of the end that was asked for
	}
	p.Screen.Still()
	if !callEnded {
		// The terminal must be as it was before anything else is shown.
		if err := <-called; errIsLeaving(err) {
			end = err
		}
	}
	return last, end
}

func errIsLeaving(err error) bool {
	return err != nil && !errors.Is(err, context.Canceled)
}

// watch hands on the newest report only, so that a slow screen delays nothing.
func (p *Player) watch(ctx context.Context, cs []checks.Check) (<-chan []checks.Result, <-chan error) {
	reports, ended := make(chan []checks.Result, 1), make(chan error, 1)
	go func() {
		ended <- p.Cluster.Watch(ctx, cs, func(rs []checks.Result) {
			select {
			case <-reports:
			default:
			}
			reports <- slices.Clone(rs)
		})
	}()
	return reports, ended
}

// settling returns the timer after which the learner is asked: the running one
// while something has failed or was out of sight all along, none otherwise.
func (p *Player) settling(results []checks.Result, running <-chan time.Time) <-chan time.Time {
	stuck, unseen := some(results, checks.Failed), some(results, checks.Unknown)
	switch {
	case p.Patience > 0 && (!unseen || p.Revive == nil) || !stuck && !unseen:
		return nil
	case running != nil:
		return running
	case unseen:
		return time.After(unseenTime)
	}
	return time.After(settleTime)
}

func held(results []checks.Result) bool {
	return len(results) > 0 && !slices.ContainsFunc(results, func(r checks.Result) bool { return r.Verdict != checks.Passed })
}

func some(results []checks.Result, v checks.Verdict) bool {
	return slices.ContainsFunc(results, func(r checks.Result) bool { return r.Verdict == v })
}
