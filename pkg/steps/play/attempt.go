package play

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// runOptions say how an action is to be done.
type runOptions struct {
	// afresh puts the lesson's own file back first, where the learner had changed it.
	afresh bool
	// typed is the command in the learner's spelling; "" is the lesson's, and an
	// editor that makes the lesson's change.
	typed string
}

// outcome is how a command of the lesson ended.
type outcome struct {
	status int
	// said is the end of what it printed, its errors at least.
	said string
	// half says that it may have been done in part, or before its last try.
	half bool
}

// tries is how often a command is run again with a learner there, who can do so too.
const tries = 3

// attempt does an action, again and again while the cluster is away: unattended,
// for as long as patience lasts. It tells when the command printed something
// else than the lesson shows.
func (p *Player) attempt(ctx context.Context, a steps.Action, m runOptions) (outcome, error) {
	o, err := p.tryOften(ctx, a, m)
	if err == nil {
		p.compare(ctx, a, o)
	}
	return o, err
}

// tryOften runs an action's command until it is known how it ended.
func (p *Player) tryOften(ctx context.Context, a steps.Action, m runOptions) (outcome, error) {
	end, half := time.Now().Add(p.Patience), false
	for n := 1; ; n++ {
		o, err := p.do(ctx, a, m)
		// A command may hang because the cluster went away under it.
		stopped := o.status == interruptedStatus || o.status == overdueStatus && (p.Reach == nil || p.Reach(ctx) == nil)
		o.half = half || stopped || o.status == overdueStatus
		if err != nil || o.status == 0 || stopped || p.Patience == 0 && n == tries {
			return o, err
		}
		back, err := p.isBack(ctx, o.said, end)
		if err != nil || !back {
			o.half = o.half || p.Patience > 0 && cutOff(o.said)
			return o, err
		}
		half = true
	}
}

// compare tells when a command printed something else than the lesson shows. One that
// was cut off, by the cluster's silence or by a limit, has not printed all.
func (p *Player) compare(ctx context.Context, a steps.Action, o outcome) {
	if p.Differs == nil || a.Output == "" || o.status == interruptedStatus || o.status == overdueStatus || cutOff(o.said) {
		return
	}
	if o.status != 0 && p.Reach != nil && p.Reach(ctx) != nil {
		return
	}
	if ok, diff := MatchOutput(a.Output, o.said); !ok {
		p.Differs(a, diff)
	}
}

// do carries out an action of the lesson.
func (p *Player) do(ctx context.Context, a steps.Action, m runOptions) (outcome, error) {
	var env []string
	if a.Kind == steps.Apply {
		note, err := p.Workspace.Put(a, m.afresh)
		if err != nil {
			return outcome{}, err
		}
		if !note.IsZero() {
			p.Screen.Note(note)
		}
	}
	command := a.Command
	if m.typed != "" {
		command = m.typed
	} else if a.Edit != nil {
		env = p.editorEnv(a.Edit)
	}
	stop := p.overdue()
	defer stop()
	return p.listened(ctx, a, command, env)
}

// listened runs an action's command and keeps what it says. With a learner there,
// standard output stays the terminal itself, and an editor of the learner's own has
// all of it.
func (p *Player) listened(ctx context.Context, a steps.Action, command string, env []string) (outcome, error) {
	said, screen := &transcript{}, p.Screen.Output()
	both := io.MultiWriter(screen, said)
	out, errOut := screen, both
	switch {
	case p.Patience > 0 || p.Differs != nil:
		out = both // one writer keeps the two in their order
	case a.Edit != nil && env == nil:
		errOut = screen
	}
	status, err := p.run(ctx, out, errOut, command, env...)
	return outcome{status: status, said: said.text()}, err
}

// transcript keeps the end of what a command prints.
type transcript struct {
	mu   sync.Mutex
	kept []byte
}

// maxTranscript is more than a command of a lesson prints.
const maxTranscript = 1 << 20

// Write keeps p.
func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept = append(w.kept, p...)
	if extra := len(w.kept) - maxTranscript; extra > 0 {
		w.kept = append(w.kept[:0], w.kept[extra:]...)
	}
	return len(p), nil
}

func (w *transcript) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.kept)
}
