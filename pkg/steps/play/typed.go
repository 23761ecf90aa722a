package play

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// typed runs a command that the learner typed at an action, and reports whether the
// action is done by it: it is the one that is shown, or the checks hold by it.
func (p *Player) typed(ctx context.Context, d *task, command string) (done bool, err error) {
	if sameCommand(command, d.Command) {
		return p.perform(ctx, d, runOptions{typed: command})
	}
	cs := checksAfter(d.step, d.at)
	works := !looksOnly(command)
	if works && !p.own && p.holds(ctx, cs) {
		// What holds already is not its doing.
		_, err := p.tellAndRevive(ctx, command)
		return false, err
	}
	if _, err := p.tellAndRevive(ctx, command); err != nil {
		return false, err
	}
	p.own = p.own || works
	if !p.own || !p.holds(ctx, cs) {
		return false, ctx.Err()
	}
	p.Screen.Note(lang.Messagef("Done your own way: the checks pass, so the lesson goes on.", "你用自己的办法做到了：检查都通过了，课程继续。"))
	p.ahead = true
	return true, nil
}

// tellAndRevive runs a command of the learner's own. Where it failed because the
// sandbox has stopped, that is started again; the command is the learner's to repeat.
func (p *Player) tellAndRevive(ctx context.Context, command string) (status int, err error) {
	status, err = p.tell(ctx, command)
	if err != nil || status == 0 || status == interruptedStatus {
		return status, err
	}
	back, err := p.revive(ctx)
	if back {
		p.Screen.Note(lang.Messagef("Type your command again.", "请再输入一次你的命令。"))
	}
	return status, err
}

// holds looks once. What cannot be looked at does not pass.
func (p *Player) holds(ctx context.Context, cs []checks.Check) bool { return held(p.seen(ctx, cs)) }

func (p *Player) seen(ctx context.Context, cs []checks.Check) []checks.Result {
	if len(cs) == 0 {
		return nil
	}
	timed, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	results, err := p.Cluster.Look(timed, cs)
	if err != nil {
		return nil
	}
	return results
}
