package checks

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// observation is everything that one look at the cluster showed of one check. The
// objects belong to a cache: they are read, never changed.
type observation struct {
	namespace string
	// trouble says why it was not possible to look, zero when it was.
	trouble lang.Message
	// place is what is known of the namespace.
	place place
	// object is what an object, absent or http probe names, nil when missing.
	object *kube.Object
	// objects are what an objects probe selects.
	objects []*kube.Object
	// reply is what an asker got, asked when it began to ask; zero for at once.
	reply
	asked time.Time
	// began is when somebody began to watch for it; zero for one look.
	began time.Time
	// shape is what the API says of the objects, nil when nobody asked.
	shape *match.Shape
	// secrets are what must not be shown.
	secrets []string
	// surroundings are what explains.
	why.Surroundings
}

// vars are the values that the check's expressions use.
func (s observation) vars(c Check) map[string]any { return c.probe().vars(s) }

// askedAt is when an http probe's first request was sent.
func (s observation) askedAt(now time.Time) time.Time {
	if s.asked.IsZero() {
		return now
	}
	return s.asked
}

// inOrder gives the objects of an observation an order of their own.
func (s observation) inOrder() observation {
	s.objects = kube.InOrder(s.objects)
	return s
}
