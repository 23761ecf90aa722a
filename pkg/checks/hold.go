package checks

import (
	"context"
	"slices"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// passedNow is the outcome of a check that holds, and for long enough.
func passedNow(c Check, now time.Time) outcome {
	return outcome{Result: Result{Check: c, Verdict: Passed, Since: now}}
}

// onHold is that of one that holds, but not yet for long enough.
func onHold(c Check, now time.Time) outcome {
	return outcome{Result: Result{Check: c, Verdict: Waiting, Reason: c.whyHeld(), Since: now}, held: true}
}

// confirm makes a check that holds wait until that is no luck, and has lasted.
func (c *watched) confirm(ctx context.Context, out outcome, s observation, now time.Time) outcome {
	if !c.check.lasting() {
		return out
	}
	at, fresh := now, true
	if c.asks() {
		at, fresh = c.asked, c.visited && c.visitErr == nil && !c.asked.Equal(c.judged)
		c.judged = c.asked
	}
	holds := out.Verdict == Passed || fresh && c.row.heldTogether(ctx, c.check, s, now)
	switch {
	case !holds:
		c.row.end(fresh && out.Verdict != Unknown && s.showed())
		return out
	case c.looked && c.out.Verdict == Passed:
		return out
	case fresh:
		c.row.add(c.check, s, at)
	}
	if c.row.sure(c.check) {
		return passedNow(c.check, now)
	}
	held := onHold(c.check, now)
	if !c.asks() {
		held.again = c.row.first.Add(c.check.For)
	}
	return held
}

// confirm looks again and again at a check that held at the first look.
func (e *Engine) confirm(ctx context.Context, c Check, asks asker, s observation, out outcome) (observation, outcome, error) {
	var r row
	for {
		had := r.looks
		if out.Verdict == Passed || r.heldTogether(ctx, c, s, time.Now()) {
			r.add(c, s, s.asked)
		} else if r.end(true); had == 0 || r.breaks == mostRows || !s.showed() {
			return s, out, nil
		}
		if r.looks > 0 && r.sure(c) {
			return s, passedNow(c, time.Now()), nil
		}
		if !timing.Pause(ctx, r.pause(c)) {
			return s, out, nil
		}
		var fault error
		s.asked = time.Now()
		if s.reply, fault = asks.consult(ctx, e.outside, s); fault != nil {
			s.trouble = troubleOf(fault)
			return s, evaluate(ctx, c, s, time.Now()), fault
		}
		out = evaluate(ctx, c, s, time.Now())
	}
}

// mostRows is how many rows one look begins before it believes what breaks them.
const mostRows = 3

// lastingResults watches those checks that hold, and have to for a time, until each
// has done so or was broken.
func (e *Engine) lastingResults(ctx context.Context, namespace string, results Results) error {
	var places []int
	var cs []Check
	for i, r := range results {
		if _, asks := r.Check.asker(); r.Verdict == Passed && r.Check.For > 0 && !asks {
			places, cs = append(places, i), append(cs, r.Check)
		}
	}
	if len(cs) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	known := false
	w := newWatcher(e, namespace, cs)
	w.report = func(seen Results) {
		if known || slices.ContainsFunc(w.checks, func(c *watched) bool { return c.out.held }) {
			return
		}
		for i, place := range places {
			results[place] = seen[i]
		}
		known = true
		cancel()
	}
	if _, err := w.watch(ctx); !known {
		return err
	}
	return nil
}
