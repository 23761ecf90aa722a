package session

import (
	"context"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// watcher runs checks in one namespace.
type watcher struct {
	engine    *checks.Engine
	namespace string
}

func (w watcher) Look(ctx context.Context, cs []checks.Check) ([]checks.Result, error) {
	return w.engine.Look(ctx, w.namespace, cs)
}

func (w watcher) Watch(ctx context.Context, cs []checks.Check, report func([]checks.Result)) error {
	return w.engine.Watch(ctx, w.namespace, cs, func(rs checks.Results) { report(rs) })
}

// recorder saves everything as it happens.
type recorder struct{ store *progress.Store }

func (r recorder) Behind(step string) (int, bool) {
	s := r.store.Steps[step]
	return s.Blocks, !s.Done.IsZero()
}

func (r recorder) Advance(step string, blocks int) error {
	return r.change(step, func(s *progress.Step) { s.Blocks, s.Begun = blocks, 0 })
}

func (r recorder) Begin(step string, block int) error {
	return r.change(step, func(s *progress.Step) { s.Begun = block })
}

func (r recorder) Begun(step string, block int) bool { return r.store.Steps[step].Begun == block }

func (r recorder) Answered(step, question, answer string, right bool) error {
	return r.change(step, func(s *progress.Step) {
		if s.Answers == nil {
			s.Answers = map[string]string{}
		}
		if s.Right == nil {
			s.Right = map[string]bool{}
		}
		s.Answers[question], s.Right[question] = answer, right
	})
}

func (r recorder) Attempt(step string) error {
	return r.change(step, func(s *progress.Step) { s.Attempts++ })
}

func (r recorder) Finish(step string) error {
	return r.change(step, func(s *progress.Step) { s.Done = time.Now().UTC().Truncate(time.Second) })
}

func (r recorder) Recovered() error {
	r.store.Lost = false
	return r.store.Save()
}

func (r recorder) change(step string, how func(*progress.Step)) error {
	s := r.store.Steps[step]
	how(&s)
	r.store.Steps[step] = s
	return r.store.Save()
}
