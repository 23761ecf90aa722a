package follow

import (
	"context"
	"maps"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const (
	// listAgain is after how many questions for single objects a list is tried again.
	listAgain = 6
)

// Want says that a check names an object: where the kind may not be listed it is
// asked for by itself.
func (s *Source) Want(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[name] = true
}

// poll asks again and again while a watch is refused.
func (s *Source) poll(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.polling {
		return
	}
	s.polling = true
	s.cluster.work.Go(func() { s.pollOn(ctx) })
}

func (s *Source) pollOn(ctx context.Context) {
	pause, alone := timing.FirstPoll, 0
	for {
		s.mu.Lock()
		names, before := maps.Clone(s.names), s.polled
		s.mu.Unlock()
		answer := s.question(ctx, names, before, alone)
		if alone++; !refused(answer.err) || alone == listAgain {
			alone = 0
		}
		if ctx.Err() != nil || !s.take(answer) {
			return
		}
		pause = min(2*pause, timing.LongestPoll)
		if before == nil || !answer.same(before) {
			pause = timing.FirstPoll
			s.changed(s.key)
		}
		if !timing.Pause(ctx, pause) {
			return
		}
	}
}

// question asks for a list, or for single objects where that was refused a moment
// ago.
func (s *Source) question(ctx context.Context, names map[string]bool, before *Listed, alone int) *Listed {
	if alone == 0 || before == nil {
		return s.cluster.listAlone(ctx, s.key, s.kind, names)
	}
	return s.cluster.getAll(ctx, s.key, s.kind, names, before.err)
}

// take keeps an answer, unless a watch is open meanwhile.
func (s *Source) take(answer *Listed) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !refused(s.fault) {
		s.polling, s.polled = false, nil
		return false
	}
	s.polled = answer
	return true
}

// same reports that two answers show the same.
func (l *Listed) same(other *Listed) bool {
	if len(l.byName) != len(other.byName) || len(l.named) != len(other.named) || !sameError(l.err, other.err) {
		return false
	}
	for name, o := range l.byName {
		if !sameObject(o, other.byName[name]) {
			return false
		}
	}
	for name, g := range l.named {
		before, asked := other.named[name]
		if !asked || !sameObject(g.object, before.object) || !sameError(g.err, before.err) {
			return false
		}
	}
	return true
}

func sameError(a, b error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error())
}

func sameObject(a, b *kube.Object) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.GetUID() == b.GetUID() && a.GetResourceVersion() == b.GetResourceVersion()
}
