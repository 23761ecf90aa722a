package checks

import (
	"context"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// proof is whether the first report may say that something passed. What was watched
// before for other checks may be a moment behind what was just written: a step that
// changes an object would pass on the object of the step before it. So what passed at
// once is looked at afresh.
type proof struct {
	needed, asking, given bool
	again                 time.Time
}

// unproved reports that the first report has to wait for a fresh look.
func (w *watcher) unproved(ctx context.Context, now time.Time) bool {
	if w.reported || !w.proof.needed || w.proof.given {
		return false
	}
	if w.proof.asking || now.Before(w.proof.again) {
		return true
	}
	var passed []Check
	for _, c := range w.checks {
		if c.out.Verdict == Passed && !c.asks() { // Who asks looks a second time by itself.
			passed = append(passed, c.check)
		}
	}
	if len(passed) == 0 {
		return false
	}
	w.proof.asking = true
	w.job(ctx, func(ctx context.Context) func() {
		fresh, err := w.engine.Look(ctx, w.namespace, passed)
		return func() {
			agrees := err == nil && !slices.ContainsFunc(fresh, func(r Result) bool { return r.Verdict != Passed })
			w.proof.asking, w.proof.given, w.proof.again = false, agrees, time.Now().Add(timing.Proof)
			for _, c := range w.checks {
				c.dirty = true
			}
		}
	})
	return true
}
