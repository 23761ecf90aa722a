package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

// Target is a namespace with the checks that are looked at in it.
type Target struct {
	// Namespace may be "" where each check names its own or needs none.
	Namespace string
	Checks    []Check
}

// Look looks at all checks once. It reads the kinds that they need from the API
// itself, so that what was written before the call is seen. What could not be
// looked at is Unknown in its result; the error is the context's, or ErrClosed.
func (e *Engine) Look(ctx context.Context, namespace string, cs []Check) (Results, error) {
	results, err := e.LookAll(ctx, []Target{{Namespace: namespace, Checks: cs}})
	if err != nil {
		return nil, err
	}
	return results[0], nil
}

// LookAll looks once at the checks of many namespaces, and returns the results of
// each target in their order. A kind that more than a few namespaces need is listed
// for all of them together, page by page: requests grow with the kinds and with how
// many objects there are, not with namespaces times checks. Where the user may not
// list across namespaces, each is listed by itself.
//
// What only explains is read for the checks that did not pass. A check that asks a
// program (http, logs, exec) costs its own requests.
func (e *Engine) LookAll(ctx context.Context, targets []Target) ([]Results, error) {
	ctx, leave, err := e.cluster.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var all []*looked
	var cs []Check
	for i, t := range targets {
		// A class is asked the same checks.
		if i == 0 || !sameSlice(t.Checks, targets[i-1].Checks) {
			cs = prepared(t.Checks)
		}
		for _, c := range cs {
			one := &looked{check: c, namespace: t.Namespace}
			one.needs, one.fault = e.resolve(ctx, c, t.Namespace)
			all = append(all, one)
		}
	}
	e.look(ctx, all)
	if err := follow.EndOf(ctx); err != nil {
		return nil, fmt.Errorf("failed to run the checks: %w", err)
	}
	results := make([]Results, len(targets))
	for i, t := range targets {
		results[i] = make(Results, len(t.Checks))
		for j := range t.Checks {
			results[i][j] = all[0].out.Result
			all = all[1:]
		}
	}
	if err := e.lasting(ctx, targets, results); err != nil {
		return nil, fmt.Errorf("failed to run the checks: %w", err)
	}
	return results, nil
}

// lasting watches what holds and has to for a time, in all namespaces at once.
func (e *Engine) lasting(ctx context.Context, targets []Target, results []Results) error {
	var all sync.WaitGroup
	faults := make([]error, len(targets))
	for i, t := range targets {
		all.Go(func() { faults[i] = e.lastingResults(ctx, t.Namespace, results[i]) })
	}
	all.Wait()
	return cmp.Or(follow.EndOf(ctx), errors.Join(faults...))
}

const (
	// maxLogs is how many last lines of logs one look reads: each is a request, and
	// only explains.
	maxLogs = 100
)

// looked is one check of a look.
type looked struct {
	check     Check
	namespace string
	needs     needs
	// fault is what keeps the check from being looked at.
	fault error
	// seen is what out was judged by.
	seen observation
	out  outcome
}

// look judges all checks by what decides; those that did not pass once more with
// what explains; and at last with where a missing object is, or what a crashed
// container said.
func (e *Engine) look(ctx context.Context, all []*looked) {
	first := e.read(ctx, all, (*looked).deciding, false)
	follow.Each(all, func(one *looked) {
		one.see(ctx, e, one.deciding(), first)
		one.evaluate(ctx)
		if asks, ok := one.check.asker(); ok && one.out.Verdict == Passed && one.check.lasting() {
			one.seen, one.out, one.fault = e.confirm(ctx, one.check, asks, one.seen, one.out)
		}
	})
	open := slices.DeleteFunc(slices.Clone(all), func(one *looked) bool { return !one.unclear() })
	partly := slices.DeleteFunc(slices.Clone(open), func(one *looked) bool { return one.whole(first) })
	second := e.read(ctx, partly, (*looked).all, true)
	follow.Each(partly, func(one *looked) {
		one.see(ctx, e, one.needs, second)
		one.evaluate(ctx)
	})
	e.explain(ctx, open)
}

// unclear reports that a reason is wanted.
func (l *looked) unclear() bool { return l.out.Verdict == Failed || l.out.Verdict == Waiting }

func (l *looked) all() needs { return l.needs }

func sameSlice(a, b []Check) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// deciding are the needs on which the verdict may depend. Who asks a program must
// see what surrounds it at that moment.
func (l *looked) deciding() needs {
	if _, asks := l.check.asker(); asks {
		return l.needs
	}
	var list needs
	for i, one := range l.needs {
		if i == 0 || one.must || one.decides || one.place {
			list = append(list, one)
		}
	}
	return list
}

// whole reports that all that could explain was seen.
func (l *looked) whole(in follow.Cells) bool {
	return len(l.deciding()) == len(l.needs) && (len(l.needs) == 0 || l.seen.object != nil || !in[l.needs[0].key].Narrow)
}

// see gathers what the cells hold for the check, and asks whom it asks.
func (l *looked) see(ctx context.Context, e *Engine, n needs, in follow.Cells) {
	var s observation
	err := l.fault
	if err == nil {
		s, err = see(l.check, l.namespace, n, in.Cell)
	}
	if asks, ok := l.check.asker(); err == nil && ok && asks.ready(s) {
		s.asked = time.Now()
		s.reply, err = asks.consult(ctx, e.outside, s)
	}
	if err != nil {
		s.trouble = troubleOf(err)
	}
	l.fault, l.seen = err, s
}

func (l *looked) evaluate(ctx context.Context) {
	l.out = evaluate(ctx, l.check, l.seen, time.Now())
}

// explain looks up what else a reason may say: where a missing object is, and what a
// crashed container said at last.
func (e *Engine) explain(ctx context.Context, open []*looked) {
	found := e.cluster.SurveyFor(ctx, missed(open))
	lines := e.lastLogs(ctx, open)
	follow.Each(open, func(one *looked) {
		if one.out.missing != nil {
			one.seen.Elsewhere, one.seen.OtherKinds = e.cluster.Whereabouts(ctx, *one.out.missing, found)
		} else if one.out.log == nil {
			return
		}
		one.seen.LastLogs = lines
		one.evaluate(ctx)
	})
}

// missed are the objects that checks name and that are not there.
func missed(open []*looked) []kube.Ref {
	var list []kube.Ref
	for _, one := range open {
		if one.out.missing != nil {
			list = append(list, *one.out.missing)
		}
	}
	return list
}

// lastLogs reads the last lines of the runs that would tell more, each once.
func (e *Engine) lastLogs(ctx context.Context, open []*looked) map[why.Run]string {
	var refs []why.Run
	lines := map[why.Run]string{}
	for _, one := range open {
		if ref := one.out.log; ref != nil && len(refs) < maxLogs {
			if _, twice := lines[*ref]; !twice {
				refs, lines[*ref] = append(refs, *ref), ""
			}
		}
	}
	var mu sync.Mutex
	follow.Each(refs, func(ref why.Run) {
		line := e.outside.LastLine(ctx, ref.Namespace, ref.Pod, ref.Container)
		mu.Lock()
		defer mu.Unlock()
		lines[ref] = line
	})
	return lines
}
