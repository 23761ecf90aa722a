package checks

import (
	"time"

	"github.com/google/cel-go/cel"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func (p *ObjectProbe) subject() subject {
	return subject{kind: p.Kind, apiVersion: p.APIVersion, name: p.Name, namespace: p.Namespace}
}

func (p *ObjectProbe) explaining() []why.Need { return why.Needs(p.Kind) }

func (p *ObjectProbe) environment() expr.Environment { return objectEnvironment() }

func (p *ObjectProbe) vars(s observation) map[string]any { return objectVars(s) }

func (p *ObjectProbe) judge(_ Check, s observation, e expectation, now time.Time) judgment {
	return judgeObject(s, e, now)
}

func (p *ObjectsProbe) subject() subject {
	return subject{kind: p.Kind, apiVersion: p.APIVersion, namespace: p.Namespace, selector: selectorOr(p.selector, p.Selector)}
}

// explaining lists for pods who makes them too: there may be too few.
func (p *ObjectsProbe) explaining() []why.Need {
	if p.Kind == "Pod" {
		return append(why.MakerNeeds(), why.Needs(p.Kind)...)
	}
	return why.Needs(p.Kind)
}

func (p *ObjectsProbe) environment() expr.Environment {
	return expr.Environment{
		Name:      "objects",
		Variables: map[string]*cel.Type{"objects": cel.ListType(cel.DynType)},
		Open:      openPlaces("objects.*"), OpenSizes: []string{"objects"},
		Items: map[string]lang.Message{"objects": lang.Messagef("one of them", "其中之一")},
	}
}

func (p *ObjectsProbe) vars(s observation) map[string]any {
	return map[string]any{"objects": contents(s.objects)}
}

func (p *ObjectsProbe) judge(_ Check, s observation, e expectation, now time.Time) judgment {
	return judgeObjects(p, s, e, now)
}

func (p *AbsentProbe) subject() subject {
	return subject{kind: p.Kind, apiVersion: p.APIVersion, name: p.Name, namespace: p.Namespace}
}

func (p *AbsentProbe) explaining() []why.Need { return nil }

func (p *AbsentProbe) environment() expr.Environment { return objectEnvironment() }

func (p *AbsentProbe) vars(s observation) map[string]any { return objectVars(s) }

func (p *AbsentProbe) judge(_ Check, s observation, _ expectation, _ time.Time) judgment {
	o := s.object
	if o == nil {
		return judgment{verdict: Passed}
	}
	if kube.Deleting(o) {
		return waiting(why.Deleting(o))
	}
	return failed(lang.Messagef("%s is still there", "%s 还在", kube.Named(p.Kind, p.Name)))
}

// nothing is the probe of a check that has none.
type nothing struct{}

func (nothing) subject() subject                { return subject{} }
func (nothing) explaining() []why.Need          { return nil }
func (nothing) environment() expr.Environment   { return expr.Environment{} }
func (nothing) vars(observation) map[string]any { return nil }

func (nothing) judge(Check, observation, expectation, time.Time) judgment {
	return judgment{verdict: Unknown, reason: lang.Messagef("this check looks at nothing", "这项检查什么也不看")}
}

func objectEnvironment() expr.Environment {
	return expr.Environment{
		Name:      "object",
		Variables: map[string]*cel.Type{"object": cel.DynType},
		Open:      openPlaces("object"), OpenSizes: []string{"object.data"},
	}
}

// openPlaces are those places of an object that never hold a secret.
func openPlaces(object string) []string {
	places := []string{"kind", "apiVersion", "type", "immutable"}
	for _, of := range []string{"name", "namespace", "labels", "uid", "generation", "creationTimestamp"} {
		places = append(places, "metadata."+of)
	}
	for i, place := range places {
		places[i] = object + "." + place
	}
	return places
}

func objectVars(s observation) map[string]any {
	if s.object == nil {
		return map[string]any{"object": map[string]any{}}
	}
	return map[string]any{"object": s.object.Object}
}

func contents(objects []*kube.Object) []any {
	list := make([]any, len(objects))
	for i, o := range objects {
		list[i] = o.Object
	}
	return list
}
