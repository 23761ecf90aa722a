package checks

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

// watched is one check of a watcher.
type watched struct {
	check  Check
	dirty  bool
	looked bool
	out    outcome

	needs      needs
	resolveErr error
	resolving  bool
	resolveAt  time.Time

	reply    reply
	asked    time.Time
	visitErr error
	visited  bool
	visiting bool
	visitAt  time.Time
	pause    time.Duration
	// row is that of good looks, judged when the last one of it that counted began.
	row    row
	judged time.Time

	elsewhere, otherKinds []string
	lastLogs              map[why.Run]string
	wantsMissing          *kube.Ref
	wantsLog              *why.Run
	aside, asideKnown     bool
	asideAt               time.Time
	asidePause            time.Duration
}

// beginResolve finds out what the check must see.
func (w *watcher) beginResolve(ctx context.Context, c *watched, now time.Time) {
	if c.resolving || now.Before(c.resolveAt) {
		return
	}
	c.resolving = true
	w.job(ctx, func(ctx context.Context) func() {
		found, err := w.engine.resolve(ctx, c.check, w.namespace)
		return func() {
			c.resolving, c.dirty = false, true
			c.needs, c.resolveErr = found, err
			c.resolveAt = time.Now().Add(timing.Resolve)
			about := c.check.probe().subject()
			for i, n := range found {
				one := w.engine.cluster.source(n.key)
				if i == 0 && about.one() {
					one.want(about.name)
				}
				if n.place {
					one.want(about.in(w.namespace))
				}
			}
			if c.asks() {
				c.stir()
			}
		}
	})
}

// stir asks for new requests because something that they depend on changed.
func (c *watched) stir() {
	c.pause = timing.FirstVisitPause
	if at := time.Now().Add(timing.Retrigger); c.visitAt.IsZero() || at.Before(c.visitAt) {
		c.visitAt = at
	}
}

// asks reports that the check asks something beyond the API's objects.
func (c *watched) asks() bool {
	_, ok := c.check.asker()
	return ok
}

// beginVisits lets an asker ask when that is due and there is somebody to ask.
func (w *watcher) beginVisits(ctx context.Context, c *watched, now time.Time) {
	if c.visiting || c.visitAt.IsZero() || now.Before(c.visitAt) {
		return
	}
	c.visitAt = time.Time{}
	asks, _ := c.check.asker()
	s, err := see(c.check, w.namespace, c.needs, func(k cellKey) cell { return w.engine.cluster.source(k) })
	if errors.Is(err, errNotYet) || err == nil && !asks.ready(s) {
		c.visited = false
		return
	}
	c.visiting = true
	w.job(ctx, func(ctx context.Context) func() {
		if err != nil {
			return func() { c.visiting, c.visited, c.dirty, c.visitErr = false, true, true, err }
		}
		got, visitErr := asks.ask(ctx, w.engine.outside, s)
		return func() {
			c.visiting, c.visited, c.dirty = false, true, true
			c.reply, c.asked, c.visitErr = got, now, visitErr
		}
	})
}

// beginAsides looks up what only explains: where else a missing object is, and the
// last words of a crashed container.
func (w *watcher) beginAsides(ctx context.Context, c *watched, now time.Time) {
	if c.aside || c.asideAt.IsZero() || now.Before(c.asideAt) {
		return
	}
	c.aside = true
	lost, log := c.wantsMissing, c.wantsLog
	w.job(ctx, func(ctx context.Context) func() {
		var elsewhere, otherKinds []string
		var line string
		if lost != nil {
			elsewhere, otherKinds = w.engine.cluster.whereabouts(ctx, *lost, w.engine.cluster.surveyFor(ctx, nil))
		}
		if log != nil {
			line = w.engine.outside.LastLine(ctx, log.Namespace, log.Pod, log.Container)
		}
		return func() {
			c.aside, c.asideKnown, c.dirty = false, true, true
			c.asideAt = time.Time{}
			c.elsewhere, c.otherKinds = elsewhere, otherKinds
			if log != nil {
				c.lastLogs = map[why.Run]string{*log: line}
			}
			if lost != nil {
				c.asidePause = min(max(2*c.asidePause, timing.FirstDetailPause), timing.LongestDetailPause)
				c.asideAt = time.Now().Add(c.asidePause)
			}
		}
	})
}

// due reports that a check must be judged: something changed, time alone may have
// changed it, or its first answer is overdue.
func (c *watched) due(now, started time.Time) bool {
	return c.dirty || !c.out.again.IsZero() && !now.Before(c.out.again) ||
		!c.looked && now.Sub(started) >= timing.Request
}

// ask notes what an outcome would like to know.
func (c *watched) ask(out outcome) {
	c.wantsMissing, c.wantsLog = out.missing, out.log
	switch {
	case out.missing == nil && out.log == nil:
		c.asideAt, c.asidePause, c.elsewhere, c.otherKinds = time.Time{}, 0, nil, nil
		c.asideKnown = false
	case c.asideAt.IsZero() && !c.aside:
		c.asideAt = time.Now()
	}
}

// awaitsAside holds the very first report back for the whole explanation.
func (c *watched) awaitsAside(reported bool) bool {
	return !reported && !c.asideKnown && !c.asideAt.IsZero()
}

// pending reports that there is nothing to judge by yet, and nothing wrong.
func (c *watched) pending(err error) bool { return errors.Is(err, errNotYet) }

// take keeps an outcome and reports whether a reader would see another result.
func (c *watched) take(out outcome) bool {
	if c.looked && out.Verdict == c.out.Verdict {
		out.Since = c.out.Since
	}
	news := !c.looked || out.Verdict != c.out.Verdict || out.Reason != c.out.Reason ||
		out.Hint != c.out.Hint || !slices.Equal(out.Differences, c.out.Differences)
	c.out, c.looked = out, true
	switch {
	case !c.asks() || out.Verdict == Passed || !c.visited || !c.visitAt.IsZero():
	case out.held:
		c.visitAt = time.Now().Add(c.row.pause(c.check))
	default:
		c.visitAt = time.Now().Add(c.pause)
		c.pause = min(c.pause*8/5, timing.LongestVisitPause)
	}
	return news
}
