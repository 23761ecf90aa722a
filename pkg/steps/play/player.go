// Package play takes a learner through a lesson: it shows each step, has its
// actions done, and opens the next step only when the checks hold.
//
// The room's rules: player.go knows the order of things, interfaces.go and
// learner.go what the player needs from outside, timing.go how long it waits and
// why. Nothing here knows a terminal, a file of progress or a client of Kubernetes.
package play

import (
	"context"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Player takes a learner through one lesson.
type Player struct {
	Lesson    *steps.Lesson
	Workspace *Workspace
	Shell     Shell
	Cluster   Watcher
	Record    Recorder
	Screen    Screen
	Learner   Learner
	// Patience is how long checks may take when nobody is there to be asked;
	// 0 asks the learner instead.
	Patience time.Duration
	// Differs is told when a command prints something else than the lesson
	// shows; nil asks for no comparison.
	Differs func(a steps.Action, diff string)
	// Restore re-creates what the lesson needs and the player cannot: the
	// lesson's namespace. It is called before a redo; nil does nothing. lost says
	// that the namespace is not the one that the lesson was started in, so that what
	// earlier steps made is gone.
	Restore func(ctx context.Context) (lost bool, err error)
	// Editor is the command that makes an Edit in the file that it is given,
	// instead of the learner's own editor. It finds the edit in EditFrom and
	// EditTo of its environment.
	Editor string

	// Reach asks the cluster itself whether it answers at all; nil is not asked.
	Reach func(ctx context.Context) error
	// Revive starts the cluster again, where that is the lesson's to do; nil is not.
	Revive func(ctx context.Context) error

	// touched says that a command ran in the step at hand.
	touched bool
	// own says that the learner did something of their own towards the checks that
	// come next, and ahead that these hold: the actions before them are done.
	own, ahead bool
}

// Play continues where the record left off and returns nil at the lesson's end. It
// fails with *NotYetError or *CommandError when nobody can be asked.
func (p *Player) Play(ctx context.Context) error {
	if err := p.lookBack(ctx); err != nil {
		return err
	}
	for i, s := range p.Lesson.Steps {
		blocks, done := p.Record.Behind(s.ID)
		if done {
			continue
		}
		p.Screen.Open(i+1, len(p.Lesson.Steps), s)
		if err := p.step(ctx, s, blocks); err != nil {
			return err
		}
		if i == len(p.Lesson.Steps)-1 {
			break
		}
		if err := p.Learner.Continue(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *Player) step(ctx context.Context, s steps.Step, behind int) error {
	hints := &hints{screen: p.Screen, step: s}
	hidden := false
	p.touched, p.own, p.ahead = behind > 0, false, false
	for i, b := range s.Blocks {
		if hidden = p.hides(b, hidden); hidden {
			continue
		}
		if err := p.block(ctx, s, i, hints, i < behind); err != nil {
			return err
		}
		if i >= behind {
			if err := p.Record.Advance(s.ID, i+1); err != nil {
				return err
			}
		}
	}
	return p.Record.Finish(s.ID)
}

// hides reports whether a challenge keeps a block to itself: actions, and the
// prose that goes with them until the checks have passed. In an unattended run, all
// is done.
func (p *Player) hides(b steps.Block, hidden bool) bool {
	if p.Lesson.Mode != steps.Challenge || p.Patience > 0 {
		return false
	}
	return b.Action != nil && !b.Action.Setup || b.Prose != "" && hidden
}

func (p *Player) block(ctx context.Context, s steps.Step, at int, h *hints, behind bool) error {
	switch b := s.Blocks[at]; {
	case b.Action != nil && behind:
		p.Screen.Action(*b.Action, true)
	case b.Action != nil:
		return p.act(ctx, s, at, h)
	case len(b.Checks) > 0 && !behind:
		p.own, p.ahead = false, false
		return p.gate(ctx, s, b.Checks, h)
	case len(b.Quiz) > 0 && !behind:
		return p.quiz(ctx, s, b.Quiz)
	case b.Prose != "":
		p.Screen.Prose(b.Prose)
	}
	return nil
}
