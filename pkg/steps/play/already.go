package play

import (
	"context"
	"regexp"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// checksAfter returns the checks that come next after a block of a step, nil when
// there are none: what the action there is for.
func checksAfter(s steps.Step, at int) []checks.Check {
	for _, b := range s.Blocks[at+1:] {
		if len(b.Checks) > 0 {
			return b.Checks
		}
	}
	return nil
}

// lastChange reports that after a block only looking is left to do before the next
// checks.
func lastChange(s steps.Step, at int) bool {
	for _, b := range s.Blocks[at+1:] {
		if len(b.Checks) > 0 {
			return true
		}
		if b.Action != nil && (b.Action.Kind == steps.Apply || !looksOnly(b.Action.Command)) {
			return false
		}
	}
	return true
}

// resume decides about an action whose command was running when the program
// ended: where the checks hold, it was done.
func (p *Player) resume(ctx context.Context, d *task) (done bool, err error) {
	if !p.Record.Begun(d.step.ID, d.at+1) {
		return false, nil
	}
	d.half = true
	cs := checksAfter(d.step, d.at)
	if len(cs) > 0 {
		if done, err = p.cameTrue(ctx, cs, lastChange(d.step, d.at)); err != nil {
			return false, err
		}
	}
	if done {
		p.Screen.Note(lang.Messagef("This command was running when the program stopped. It did its work: the checks pass.", "程序停止时，这条命令正在运行。它已经完成：检查都通过了。"))
		return true, nil
	}
	p.Screen.Note(lang.Messagef("This command was running when the program stopped, so it may be half done.", "程序停止时，这条命令正在运行，可能已经完成了一部分。"))
	return false, nil
}

// cameTrue reports whether checks hold; where wait says so, it gives those time that are
// on their way.
func (p *Player) cameTrue(ctx context.Context, cs []checks.Check, wait bool) (bool, error) {
	results, err := p.Cluster.Look(ctx, cs)
	if err != nil || held(results) || !wait || !onItsWay(results) {
		return held(results), err
	}
	results, err = p.await(ctx, cs, resumeTime)
	return held(results), err
}

// onItsWay reports that what does not pass is still in progress.
func onItsWay(results []checks.Result) bool {
	return len(results) > 0 && !some(results, checks.Failed) && !some(results, checks.Unknown)
}

// doneAnyway reports whether an action that failed is done all the same: nothing was
// left to do, or the learner has done it in another way.
func (p *Player) doneAnyway(ctx context.Context, d *task, o outcome) (bool, error) {
	nothing := nothingLeft(d.Command, o.said)
	if d.half && nothing {
		if mild, several := tolerant(d.Command); several {
			return p.finish(ctx, d, mild)
		}
		p.Screen.Note(lang.Messagef("Already done: there was nothing left to do.", "之前已经做过，没有剩下要做的了。"))
		return true, nil
	}
	cs := checksAfter(d.step, d.at)
	if len(cs) == 0 || !nothing && !p.own {
		return false, nil
	}
	results, err := p.Cluster.Look(ctx, cs)
	if err != nil || !held(results) && (!nothing || !onItsWay(results)) {
		return false, err
	}
	p.Screen.Note(lang.Messagef("That's not an error: it was already done.", "这不是错误：之前已经做过了。"))
	return true, nil
}

// finish runs what may be left of several commands, the first of which has nothing
// left to do.
func (p *Player) finish(ctx context.Context, d *task, command string) (bool, error) {
	a := d.Action
	a.Kind, a.Command = steps.Run, command
	p.Screen.Action(a, false)
	o, err := p.attempt(ctx, a, runOptions{})
	return err == nil && o.status == 0, err
}

// What the API server says where there is nothing left to create or to delete.
var (
	isThere = regexp.MustCompile(`^Error from server \(AlreadyExists\): |^[Ee]rror: .* already exists$`)
	isGone  = regexp.MustCompile(`^Error from server \(NotFound\): `)
)

// nothingLeft reports that a command failed only because what it makes is there, or
// what it takes away is gone.
func nothingLeft(command, said string) bool {
	found := false
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		switch {
		case isThere.MatchString(line), isGone.MatchString(line) && strings.Contains(command, kubectl+" delete "):
			found = true
		case strings.HasPrefix(strings.ToLower(line), "error"):
			return false
		}
	}
	return found
}
