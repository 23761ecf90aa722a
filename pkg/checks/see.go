package checks

import (
	"errors"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// cells finds the cell of a key, nil when nobody looked there.
type cells func(follow.Key) follow.Cell

// nearby lists objects by the kinds that a check needs.
type nearby struct {
	needs needs
	cells cells
}

func (n nearby) list(kind string) []*kube.Object {
	for _, one := range n.needs {
		if one.kind != kind {
			continue
		}
		if c := n.cells(one.key); c != nil {
			return c.All()
		}
	}
	return nil
}

// errNotYet says that a cell has not been filled.
var errNotYet = errors.New("not checked yet")

// see gathers what the cells hold for a check. The error is errNotYet while the
// check's own cell is empty for want of an answer, or what keeps it from being
// true.
func see(c Check, namespace string, n needs, from cells) (observation, error) {
	_, _, name, in := target(c, namespace)
	if len(n) == 0 {
		return observation{namespace: in}, nil
	}
	s := observation{namespace: n[0].key.Namespace, shape: n[0].shape}
	s.Around = kube.NewAround(nearby{needs: n, cells: from}.list)
	for i, one := range n {
		only := ""
		if i == 0 && c.probe().subject().one() {
			only = name
		}
		ready, fault := from(one.key).State(only)
		if (i == 0 || one.must) && fault != nil {
			return s, fault
		}
		if !ready && fault == nil {
			return s, errNotYet
		}
	}
	main := from(n[0].key)
	if selector := c.probe().subject().selector; selector == nil {
		s.object = main.One(in, name)
	} else {
		for _, o := range main.All() {
			if selector.Matches(labels.Set(o.GetLabels())) {
				s.objects = append(s.objects, o)
			}
		}
	}
	s.place = seenPlace(in, n, from)
	s = s.inOrder()
	s.secrets = secretsOf(c, s)
	return s, undecided(s, n, from)
}

// undecided is what hides a kind on which the verdict depends.
func undecided(s observation, n needs, from cells) error {
	for _, one := range n {
		if _, fault := from(one.key).State(""); one.decides && s.object != nil && fault != nil {
			return fault
		}
	}
	return nil
}
