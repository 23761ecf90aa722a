package steps

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Player takes a learner through a lesson: it shows each step, has its actions
// done, and opens the next step only when the checks hold.
type Player struct {
	Lesson    *Lesson
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
	Differs func(a Action, diff string)
	// Restore makes again what the lesson stands on and the player cannot: the
	// lesson's namespace. It is called before a redo; nil does nothing. lost says
	// that the namespace is not the one that the lesson was begun in, so that what
	// earlier steps made is gone.
	Restore func(ctx context.Context) (lost bool, err error)
	// Editor is the command that makes an Edit in the file that it is given,
	// in place of the learner's own editor. It finds the edit in EditFrom and
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

// The environment variables that say what Player.Editor replaces by what.
const (
	EditFrom = "KUBECTL_LEARN_EDIT_FROM"
	EditTo   = "KUBECTL_LEARN_EDIT_TO"
)

// Shell runs commands.
type Shell interface {
	// Run returns the command's exit status; an error means it could not be run. out
	// and errOut may be the same.
	Run(ctx context.Context, command string, out, errOut io.Writer, env ...string) (int, error)
}

// Watcher looks at the cluster.
type Watcher interface {
	Look(ctx context.Context, cs []checks.Check) ([]checks.Result, error)
	// Watch reports until ctx is done.
	Watch(ctx context.Context, cs []checks.Check, report func([]checks.Result)) error
}

// Recorder keeps how far the learner is.
type Recorder interface {
	// Behind returns how many of a step's blocks are behind the learner, and
	// whether the step is finished.
	Behind(step string) (blocks int, done bool)
	Advance(step string, blocks int) error
	// Begin keeps, before it happens, that the command of a step's block is under
	// way, the first being 1; 0 says that none is. Advance ends it too.
	Begin(step string, block int) error
	// Begun reports whether that command was under way when the program ended.
	Begun(step string, block int) bool
	// Answered keeps the learner's last answer to a question, and whether it was
	// right.
	Answered(step, question, answer string, right bool) error
	// Attempt counts a time that checks had settled and did not hold.
	Attempt(step string) error
	Finish(step string) error
	// Recovered keeps that what was lost has been made again.
	Recovered() error
}

// Screen shows.
type Screen interface {
	Open(number, total int, s Step)
	Prose(markdown string)
	// Action shows what is about to be done; done says that it already was.
	Action(a Action, done bool)
	// Needless shows an action that the learner made needless in another way.
	Needless(a Action)
	// Output is where a command prints.
	Output() io.Writer
	// Ran is called when a command has ended.
	Ran()
	// Live shows checks that are being waited for; it is called on each change.
	Live(results []checks.Result)
	// Still ends what Live shows; nothing is written afterwards. It may be called
	// without Live.
	Still()
	// Results shows how checks stand when there is no more waiting; one without a
	// verdict is still to be worked on.
	Results(results []checks.Result)
	Question(q Question)
	Note(m lang.Message)
	Hint(h Hint)
}

// Learner decides.
type Learner interface {
	// Choose is asked before an action.
	Choose(ctx context.Context, a Action) (Reply, error)
	// Stuck is asked when checks do not hold and waiting does not help.
	Stuck(ctx context.Context) (Reply, error)
	Answer(ctx context.Context, q Question) (string, error)
	// Continue is asked between two steps.
	Continue(ctx context.Context) error
	// Call returns nil when the learner wants to be asked while checks are
	// being waited for, and an error when ctx is done or the learner leaves.
	Call(ctx context.Context) error
}

// Reply is what a learner wants.
type Reply struct {
	Kind ReplyKind
	// Command is the learner's own, for ReplyCommand.
	Command string
}

// ReplyKind says what a Reply is.
type ReplyKind int

// What a learner may want.
const (
	// ReplyGo does the action at hand, or looks at the checks again.
	ReplyGo ReplyKind = iota
	// ReplyCommand runs a command of the learner's own.
	ReplyCommand
	// ReplyHint shows the next hint.
	ReplyHint
	// ReplySkip goes on without the action: the learner did it in another way.
	ReplySkip
	// ReplyShow shows the step's actions.
	ReplyShow
	// ReplyRedo puts back what earlier steps had applied, and does the step's
	// actions again, all with the lesson's own files.
	ReplyRedo
)

// NotYetError says that the checks of a step do not hold.
type NotYetError struct {
	Step    string
	Results []checks.Result
}

func (e *NotYetError) Error() string {
	for _, r := range e.Results {
		if r.Verdict != checks.Passed {
			return fmt.Sprintf("step %q: check %q is %s: %s", e.Step, r.Check.ID, r.Verdict, r.Reason.EN)
		}
	}
	return fmt.Sprintf("step %q: not looked at in time", e.Step)
}

// CommandError says that a command of the lesson failed with nobody there.
type CommandError struct {
	Step, Command string
	Status        int
}

func (e *CommandError) Error() string {
	return fmt.Sprintf("step %q: %q exited with status %d", e.Step, e.Command, e.Status)
}

// Play goes on where the record stands and returns nil at the lesson's end. It
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

func (p *Player) step(ctx context.Context, s Step, behind int) error {
	hints := &hints{screen: p.Screen, step: s}
	veiled := false
	p.touched, p.own, p.ahead = behind > 0, false, false
	for i, b := range s.Blocks {
		if veiled = p.veils(b, veiled); veiled {
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

// veils reports whether a challenge keeps a block to itself: actions, and the
// prose that goes with them until the checks have held. With nobody there, all
// is done.
func (p *Player) veils(b Block, veiled bool) bool {
	if p.Lesson.Mode != Challenge || p.Patience > 0 {
		return false
	}
	return b.Action != nil && !b.Action.Setup || b.Prose != "" && veiled
}

func (p *Player) block(ctx context.Context, s Step, at int, h *hints, behind bool) error {
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

// hints shows a step's hints one after another.
type hints struct {
	screen Screen
	step   Step
	shown  int
}

func (h *hints) next() {
	if h.shown < len(h.step.Hints) {
		h.screen.Hint(h.step.Hints[h.shown])
		h.shown++
		return
	}
	h.screen.Note(lang.Messagef(
		"No more hints. Type redo: the lesson then does this step's actions for you, with its own files.",
		"没有更多提示了。输入 redo，课程会用自带的文件替你做完这一步的操作。"))
}
