package checks

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// listed is a cell that was read once.
type listed struct {
	objects []*object
	byName  map[string]*object
	err     error
}

func (l *listed) all() []*object                   { return l.objects }
func (l *listed) one(_, name string) *object       { return l.byName[name] }
func (l *listed) state() (ready bool, fault error) { return true, l.err }

// Look looks at all checks once. It reads each kind that they need once from the
// API itself, so that what was written before the call is seen. What could not be
// looked at is Unknown in its result; the error is the context's, or ErrClosed.
func (e *Engine) Look(ctx context.Context, namespace string, cs []Check) (Results, error) {
	ctx, leave, err := e.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	look := &look{engine: e, namespace: namespace, cells: map[cellKey]*listed{}}
	cs = prepared(cs)
	resolved := make([]needs, len(cs))
	faults := make([]error, len(cs))
	for i, c := range cs {
		resolved[i], faults[i] = e.resolve(ctx, c, namespace)
	}
	look.read(ctx, resolved)
	results := make(Results, len(cs))
	var all sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, c := range cs {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] = look.check(ctx, c, resolved[i], faults[i])
		})
	}
	all.Wait()
	if err := cmp.Or(endOf(ctx), e.lastingResults(ctx, namespace, results)); err != nil {
		return nil, fmt.Errorf("failed to look at the checks: %w", err)
	}
	return results, nil
}

// atOnce is how many requests a look has under way.
const atOnce = 8

type look struct {
	engine    *Engine
	namespace string
	cells     map[cellKey]*listed
}

// read fills the cells that any check needs.
func (l *look) read(ctx context.Context, resolved []needs) {
	for _, n := range resolved {
		for _, one := range n {
			l.cells[one.key] = &listed{}
		}
	}
	var all sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for key, c := range l.cells {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			*c = *l.engine.listOnce(ctx, key)
		})
	}
	all.Wait()
}

func (e *Engine) listOnce(ctx context.Context, key cellKey) *listed {
	timed, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	list, err := e.dynamic.Resource(key.gvr).Namespace(key.namespace).List(timed, metav1.ListOptions{})
	if err != nil {
		return &listed{err: err}
	}
	l := &listed{byName: make(map[string]*object, len(list.Items))}
	for i := range list.Items {
		o := &list.Items[i]
		l.objects = append(l.objects, o)
		l.byName[o.GetName()] = o
	}
	return l
}

func (l *look) cell(key cellKey) cell { return l.cells[key] }

func (l *look) check(ctx context.Context, c Check, n needs, fault error) Result {
	_, out, _ := l.observe(ctx, c, n, fault)
	return out.Result
}

// observe looks at one check and judges by what was seen. The error is what kept it
// from looking; the outcome speaks of it.
func (l *look) observe(ctx context.Context, c Check, n needs, fault error) (sight, outcome, error) {
	var s sight
	if fault == nil {
		s, fault = see(c, l.namespace, n, l.cell)
	}
	if asks, ok := c.asker(); fault == nil && ok && asks.ready(s) {
		s.asked = time.Now()
		s.reply, fault = asks.ask(ctx, l.engine, s)
	}
	if fault != nil {
		s.trouble = troubleOf(fault)
	}
	out := evaluate(ctx, c, s, time.Now())
	if asks, ok := c.asker(); ok && out.Verdict == Passed && c.lasting() {
		s, out, fault = l.confirm(ctx, c, asks, s, out)
	}
	switch {
	case out.missing != nil:
		s.elsewhere, s.otherKinds = l.engine.whereabouts(ctx, *out.missing)
	case out.log != nil:
		s.lastLogs = map[logRef]string{*out.log: l.engine.lastLog(ctx, *out.log)}
	default:
		return s, out, fault
	}
	return s, evaluate(ctx, c, s, time.Now()), fault
}
