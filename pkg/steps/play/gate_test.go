package play

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// lingering is a Watcher that takes its time to end.
type lingering struct {
	verdict checks.Verdict
	ended   bool
}

func (*lingering) Look(context.Context, []checks.Check) ([]checks.Result, error) { return nil, nil }

func (l *lingering) Watch(ctx context.Context, cs []checks.Check, report func([]checks.Result)) error {
	report([]checks.Result{{Check: cs[0], Verdict: l.verdict}})
	<-ctx.Done()
	<-time.After(20 * time.Millisecond)
	l.ended = true
	return ctx.Err()
}

// TestAwaitReturnsAfterTheWatch ends the wait in each way that there is: the engine
// may be closed as soon as Play has returned.
func TestAwaitReturnsAfterTheWatch(t *testing.T) {
	left := errors.New("left")
	for name, tt := range map[string]struct {
		verdict checks.Verdict
		call    func(context.Context) error
	}{
		"the checks hold": {checks.Passed, nil},
		"time is up":      {checks.Waiting, nil},
		"a key":           {checks.Waiting, func(context.Context) error { return nil }},
		"left":            {checks.Waiting, func(context.Context) error { return left }},
	} {
		t.Run(name, func(t *testing.T) {
			g := &stage{}
			p, w := player(t, g), &lingering{verdict: tt.verdict}
			p.Cluster = w
			if tt.call == nil {
				p.Patience = 10 * time.Millisecond
			} else {
				p.Learner = caller{g, tt.call}
			}
			_, err := p.await(t.Context(), p.Lesson.Steps[0].Checks(), p.Patience)
			if !w.ended || g.live {
				t.Errorf("watched still: %v, shown still: %v", !w.ended, g.live)
			}
			if name == "left" && !errors.Is(err, left) || name != "left" && err != nil {
				t.Errorf("await gave %v", err)
			}
		})
	}
}

// caller is a learner who calls.
type caller struct {
	*stage
	call func(context.Context) error
}

func (c caller) Call(ctx context.Context) error { return c.call(ctx) }

// broken is a Watcher that fails after its first report.
type broken struct{ *stage }

var errBroken = errors.New("broken")

func (b broken) Watch(_ context.Context, cs []checks.Check, report func([]checks.Result)) error {
	report([]checks.Result{{Check: cs[0], Verdict: checks.Waiting}})
	return errBroken
}

func TestNothingIsShownLiveAfterAnError(t *testing.T) {
	g := &stage{replies: []Reply{{}}}
	p := player(t, g)
	p.Cluster = broken{g}
	if err := p.Play(t.Context()); !errors.Is(err, errBroken) || g.live {
		t.Errorf("Play gave %v; shown still: %v", err, g.live)
	}
}
