package checks

import (
	"context"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// need is a kind that a check must see.
type need struct {
	key  follow.Key
	kind string
	// retriggers says that a change of it is a reason to ask again.
	retriggers bool
	// must says that nothing may be shown unless it could be read.
	must bool
	// decides says that the verdict on an object that is there depends on it.
	decides bool
	// place says that it is the namespaces, one of which the check looks into.
	place bool
	// shape is what the API says of the kind, nil where nobody asked.
	shape *match.Shape
}

// needs are what a check must see; the first is what it is about, the others
// explain.
type needs []need

// target says what a check is about.
func target(c Check, namespace string) (kind, apiVersion, name, in string) {
	about := c.probe().subject()
	return about.kind, about.apiVersion, about.name, about.in(namespace)
}

// resolve finds what a check must see. Only the kind that it is about must be
// served.
func (e *Engine) resolve(ctx context.Context, c Check, namespace string) (needs, error) {
	if c.fault != nil {
		return nil, c.fault
	}
	kind, apiVersion, _, in := target(c, namespace)
	if kind == "" {
		return needs{}, nil
	}
	main, err := e.cluster.Find(ctx, kind, apiVersion)
	if err != nil {
		return nil, err
	}
	if err := placed(main, c.probe().subject().namespace, in); err != nil {
		return nil, err
	}
	list := needs{{key: follow.KeyFor(main, in), kind: kind, retriggers: true}}
	if len(c.Match) > 0 {
		list[0].shape = e.cluster.Shape(ctx, main, c.Match)
	}
	var decisive []string
	if p, is := c.probe().(decider); is {
		decisive = p.deciding(c)
	}
	for _, other := range c.probe().explaining() {
		s, findErr := e.cluster.Find(ctx, other.Kind, other.APIVersion)
		decides := slices.Contains(decisive, other.Kind)
		if findErr == nil {
			list = append(list, need{key: follow.KeyFor(s, in), kind: other.Kind, retriggers: other.Retriggers, decides: decides})
		} else if decides {
			return nil, findErr
		}
	}
	if where, served := e.placeNeed(ctx); served && main.Namespaced {
		list = append(list, where)
	}
	if len(c.Mask) > 0 {
		secrets, findErr := e.cluster.Find(ctx, "Secret", "v1")
		if findErr != nil {
			return nil, findErr
		}
		list = append(list, need{key: follow.KeyFor(secrets, in), kind: "Secret", must: true})
	}
	return list, nil
}

// placed refuses to look in all namespaces for what is in one, and in one for what
// is in none.
func placed(s follow.Served, own, in string) error {
	switch {
	case s.Namespaced && in == "":
		return &lang.Error{What: lang.Messagef("no namespace is set to look for a %s in", "没有指定在哪个命名空间里查找 %s", s.Kind)}
	case !s.Namespaced && own != "":
		return &lang.Error{What: lang.Messagef("a %s has no namespace: remove %q", "%s 不属于任何命名空间：去掉 %q", s.Kind, "namespace: "+own)}
	}
	return nil
}
