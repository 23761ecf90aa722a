package checks

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
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
	detail, detailKnown   bool
	detailAt              time.Time
	detailPause           time.Duration
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
				one := w.engine.cluster.Source(n.key)
				if i == 0 && about.one() {
					one.Want(about.name)
				}
				if n.place {
					one.Want(about.in(w.namespace))
				}
			}
			if c.asks() {
				c.retrigger()
			}
		}
	})
}

// retrigger asks for new requests because something that they depend on changed.
func (c *watched) retrigger() {
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
	s, err := see(c.check, w.namespace, c.needs, func(k follow.Key) follow.Cell { return w.engine.cluster.Source(k) })
	if errors.Is(err, errNotYet) || err == nil && !asks.ready(s) {
		c.visited = false
		return
	}
	c.visiting = true
	w.job(ctx, func(ctx context.Context) func() {
		if err != nil {
			return func() { c.visiting, c.visited, c.dirty, c.visitErr = false, true, true, err }
		}
		got, visitErr := asks.consult(ctx, w.engine.outside, s)
		return func() {
			c.visiting, c.visited, c.dirty = false, true, true
			c.reply, c.asked, c.visitErr = got, now, visitErr
		}
	})
}

// beginDetails looks up what only explains: where else a missing object is, and the
// last words of a crashed container.
func (w *watcher) beginDetails(ctx context.Context, c *watched, now time.Time) {
	if c.detail || c.detailAt.IsZero() || now.Before(c.detailAt) {
		return
	}
	c.detail = true
	lost, log := c.wantsMissing, c.wantsLog
	w.job(ctx, func(ctx context.Context) func() {
		var elsewhere, otherKinds []string
		var line string
		if lost != nil {
			elsewhere, otherKinds = w.engine.cluster.Whereabouts(ctx, *lost, w.engine.cluster.SurveyFor(ctx, nil))
		}
		if log != nil {
			line = w.engine.outside.LastLine(ctx, log.Namespace, log.Pod, log.Container)
		}
		return func() {
			c.detail, c.detailKnown, c.dirty = false, true, true
			c.detailAt = time.Time{}
			c.elsewhere, c.otherKinds = elsewhere, otherKinds
			if log != nil {
				c.lastLogs = map[why.Run]string{*log: line}
			}
			if lost != nil {
				c.detailPause = min(max(2*c.detailPause, timing.FirstDetailPause), timing.LongestDetailPause)
				c.detailAt = time.Now().Add(c.detailPause)
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

// note keeps what an outcome would like to know.
func (c *watched) note(out outcome) {
	c.wantsMissing, c.wantsLog = out.missing, out.log
	switch {
	case out.missing == nil && out.log == nil:
		c.detailAt, c.detailPause, c.elsewhere, c.otherKinds = time.Time{}, 0, nil, nil
		c.detailKnown = false
	case c.detailAt.IsZero() && !c.detail:
		c.detailAt = time.Now()
	}
}

// awaitsDetail holds the very first report back for the whole explanation.
func (c *watched) awaitsDetail(reported bool) bool {
	return !reported && !c.detailKnown && !c.detailAt.IsZero()
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
