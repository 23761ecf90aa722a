package checks

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// Watch looks at the checks for as long as ctx lasts. It calls report once when
// all were looked at, and again whenever a result changed, always with all results
// in the order of cs; report is never called twice at a time. It returns the
// context's error, or ErrClosed, when all that it began has ended.
func (e *Engine) Watch(ctx context.Context, namespace string, cs []Check, report func(Results)) error {
	_, err := e.watch(ctx, namespace, cs, report)
	return err
}

// Wait looks at the checks until all have passed, and returns what was seen last:
// with no error when all passed, else with the context's or ErrClosed. A check that
// there was no time to look at is Unknown.
func (e *Engine) Wait(ctx context.Context, namespace string, cs []Check) (Results, error) {
	if len(cs) == 0 {
		return nil, errors.New("there are no checks to wait for")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var passed Results
	last, err := e.watch(ctx, namespace, cs, func(seen Results) {
		if seen.Passed() && passed == nil {
			passed = seen
			cancel()
		}
	})
	if passed != nil {
		return passed, nil
	}
	return last, err
}

// watch is Watch, and returns what it saw last.
func (e *Engine) watch(ctx context.Context, namespace string, cs []Check, report func(Results)) (Results, error) {
	w := newWatcher(e, namespace, cs)
	w.report = report
	return w.watch(ctx)
}

func (w *watcher) watch(ctx context.Context) (Results, error) {
	ctx, leave, err := w.engine.cluster.Enter(ctx)
	if err != nil {
		return w.last(), err
	}
	defer leave()
	box, unsubscribe := w.engine.cluster.Subscribe()
	defer unsubscribe()
	w.box, w.proof.needed = box, w.engine.cluster.Warm()
	err = w.run(ctx)
	return w.last(), err
}

// watcher is one call of Watch. All of its state belongs to one goroutine; what
// takes time is done by jobs, which hand back what is to be changed.
type watcher struct {
	engine    *Engine
	namespace string
	box       *follow.Inbox
	checks    []*watched
	report    func(Results)
	started   time.Time
	reported  bool
	proof     proof

	done chan func()
	jobs sync.WaitGroup
}

func newWatcher(e *Engine, namespace string, cs []Check) *watcher {
	w := &watcher{engine: e, namespace: namespace, started: time.Now(), done: make(chan func())}
	for _, c := range prepared(cs) {
		w.checks = append(w.checks, &watched{check: c, pause: timing.FirstVisitPause})
	}
	return w
}

func (w *watcher) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer w.jobs.Wait()
	defer cancel()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		w.begin(ctx, now)
		w.judge(ctx, now)
		timer.Reset(w.next(now))
		select {
		case <-ctx.Done():
			return follow.EndOf(ctx)
		case change := <-w.done:
			change()
			w.drain()
		case <-w.box.Bell:
			timing.Pause(ctx, timing.Debounce)
			w.mark(w.box.Take())
		case <-timer.C:
		}
	}
}

// drain takes over what else has been done by now: many checks that end their jobs
// at once are judged once.
func (w *watcher) drain() {
	for {
		select {
		case change := <-w.done:
			change()
		default:
			return
		}
	}
}

// job does what takes time beside the watcher and hands its change back.
func (w *watcher) job(ctx context.Context, work func(context.Context) func()) {
	w.jobs.Go(func() {
		change := work(ctx)
		select {
		case w.done <- change:
		case <-ctx.Done():
		}
	})
}

// mark notes which checks a change concerns.
func (w *watcher) mark(changed map[follow.Key]bool, all bool) {
	for _, c := range w.checks {
		for _, n := range c.needs {
			if !all && !changed[n.key] {
				continue
			}
			c.dirty = true
			// Who could not ask yet may have lacked just this.
			if (n.retriggers || !c.visited) && c.asks() {
				c.retrigger()
			}
		}
	}
}

// begin starts the jobs that are due.
func (w *watcher) begin(ctx context.Context, now time.Time) {
	for _, c := range w.checks {
		if c.needs == nil {
			w.beginResolve(ctx, c, now)
			continue
		}
		if c.asks() {
			w.beginVisits(ctx, c, now)
		}
		w.beginDetails(ctx, c, now)
	}
}

// judge evaluates what changed and reports when a result did.
func (w *watcher) judge(ctx context.Context, now time.Time) {
	news, complete := false, true
	for _, c := range w.checks {
		if c.due(now, w.started) {
			c.dirty, c.out.again = false, time.Time{}
			news = w.look(ctx, c, now) || news
		}
		complete = complete && c.looked
	}
	if !complete || !news && w.reported {
		return
	}
	if w.hasty(now) || w.unproved(ctx, now) {
		return
	}
	w.reported = true
	w.report(w.last())
}

// last are the newest results, Unknown where there was none yet.
func (w *watcher) last() Results {
	results := make(Results, len(w.checks))
	for i, c := range w.checks {
		if !c.looked {
			results[i] = Result{Check: c.check, Verdict: Unknown, Reason: noTimeLeft(), Since: w.started}
			continue
		}
		results[i] = c.out.Result
		results[i].Differences = slices.Clone(c.out.Differences)
	}
	return results
}

// hasty reports that it is too early to say that something failed, or is looked at
// again to be sure.
func (w *watcher) hasty(now time.Time) bool {
	return !w.reported && now.Before(w.started.Add(timing.FirstReport)) &&
		slices.ContainsFunc(w.checks, func(c *watched) bool { return c.out.Verdict == Failed || c.out.held })
}

// look evaluates one check and reports whether its result is another.
func (w *watcher) look(ctx context.Context, c *watched, now time.Time) bool {
	s, err := w.see(c, now)
	if err != nil && !c.pending(err) {
		s.trouble = troubleOf(err)
	} else if err != nil {
		return false
	}
	out := c.confirm(ctx, evaluate(ctx, c.check, s, now), s, now)
	if ctx.Err() != nil {
		return false
	}
	c.note(out)
	if c.awaitsDetail(w.reported) {
		return false
	}
	return c.take(out)
}

// see gathers what is known about a check.
func (w *watcher) see(c *watched, now time.Time) (observation, error) {
	if c.resolveErr != nil {
		return observation{}, c.resolveErr
	}
	if err := w.engine.cluster.Lost(); err != nil {
		return observation{}, err
	}
	if c.needs == nil {
		return observation{}, w.orSlow(errNotYet, now)
	}
	s, err := see(c.check, w.namespace, c.needs, func(k follow.Key) follow.Cell { return w.engine.cluster.Source(k) })
	if err != nil {
		return s, w.orSlow(err, now)
	}
	if asks, ok := c.check.asker(); ok && asks.ready(s) {
		if c.visitErr != nil || !c.visited {
			return s, w.orSlow(cmp.Or(c.visitErr, errNotYet), now)
		}
		s.reply, s.asked = c.reply, c.asked
	}
	s.began = w.started
	s.Elsewhere, s.OtherKinds, s.LastLogs = c.elsewhere, c.otherKinds, c.lastLogs
	return s, nil
}

// orSlow gives up waiting for a first answer after a while.
func (w *watcher) orSlow(err error, now time.Time) error {
	if errors.Is(err, errNotYet) && now.Sub(w.started) >= timing.Request {
		return follow.ErrSlow
	}
	return err
}
