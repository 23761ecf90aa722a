package checks

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// next is how long the watcher may sleep if nothing happens.
func (w *watcher) next(now time.Time) time.Duration {
	wake := now.Add(timing.LongestSleep)
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(wake) {
			wake = t
		}
	}
	if w.hasty(now) {
		sooner(w.started.Add(timing.FirstReport))
	}
	if !w.reported && !w.proof.asking && !w.proof.given {
		sooner(w.proof.again)
	}
	for _, c := range w.checks {
		sooner(c.out.again)
		if slow := w.started.Add(timing.Request); !c.looked && now.Before(slow) {
			sooner(slow)
		}
		switch {
		case c.needs == nil && !c.resolving:
			sooner(c.resolveAt)
		case c.needs != nil && !c.visiting:
			sooner(c.visitAt)
		}
		if !c.detail && c.needs != nil {
			sooner(c.detailAt)
		}
	}
	return max(wake.Sub(now), timing.ShortestSleep)
}
