package checks

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// place is what is known of the namespace that a check looks into. An API server
// lists nothing for a namespace that does not exist, and says so with no word.
type place struct {
	// missing says that there is no such namespace.
	missing bool
	// going is the namespace while it is being deleted.
	going *kube.Object
}

// namespaceKind is the kind of namespaces.
const namespaceKind = "Namespace"

// placeNeed is what tells whether a namespace is there. All checks share the one
// list of namespaces. Who may not read it is believed: the right to list something
// in a namespace mostly comes from within it.
func (e *Engine) placeNeed(ctx context.Context) (need, bool) {
	s, err := e.cluster.Find(ctx, namespaceKind, "v1")
	if err != nil {
		return need{}, false
	}
	return need{key: follow.Key{GVR: s.GVR}, kind: namespaceKind, place: true}, true
}

// seenPlace looks up a namespace among those that were read.
func seenPlace(namespace string, n needs, from cells) place {
	for _, one := range n {
		if !one.place || namespace == "" {
			continue
		}
		c := from(one.key)
		if ready, fault := c.State(namespace); !ready || fault != nil {
			return place{}
		}
		o := c.One("", namespace)
		if kube.Deleting(o) {
			return place{going: o}
		}
		return place{missing: o == nil}
	}
	return place{}
}

// judgePlace answers for what is looked for where nothing can be.
func judgePlace(s observation) (judgment, bool) {
	switch {
	case s.place.going != nil:
		return waiting(why.NamespaceGoing(s.place.going)), true
	case s.place.missing && s.object == nil && len(s.objects) == 0:
		return failed(lang.Messagef("there is no namespace %s", "没有命名空间 %s", s.namespace)), true
	}
	return judgment{}, false
}
