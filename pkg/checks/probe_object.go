package checks

import (
	"time"

	"github.com/google/cel-go/cel"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

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
	return subject{kind: p.Kind, apiVersion: p.APIVersion, name: p.Name, namespace: p.Namespace, unwanted: true}
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
	return judgment{verdict: Unknown, reason: lang.Messagef("this check has no probe", "这项检查什么也不看")}
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

func (o *ObjectProbe) parse(p *parser, n *yaml.Node) {
	p.one(n, "object", &o.Kind, &o.Name, &o.APIVersion, &o.Namespace)
}

func (a *AbsentProbe) parse(p *parser, n *yaml.Node) {
	p.one(n, "absent", &a.Kind, &a.Name, &a.APIVersion, &a.Namespace)
}

func (o *ObjectsProbe) parse(p *parser, n *yaml.Node) {
	o.selector = labels.Everything()
	p.mapping(n, "objects", append([]field{
		p.text("kind", &o.Kind), p.text("apiVersion", &o.APIVersion),
		p.text("namespace", &o.Namespace), p.text("selector", &o.Selector),
	}, p.bounds(&o.Count, &o.Min, &o.Max)...))
	if selector, err := labels.Parse(o.Selector); err != nil {
		p.add(n, "selector %q isn't a valid label selector: %w", o.Selector, err)
	} else {
		o.selector = selector
	}
}

func (p *ObjectsProbe) complete() (err error) {
	p.selector, err = parseSelector(p.Selector)
	return err
}

func (p *ObjectProbe) flaws(f *flaws, _ Check) {
	f.need("object", "kind", p.Kind)
	f.need("object", "name", p.Name)
	f.object(p.Kind, p.Name, p.APIVersion, p.Namespace)
}

func (p *AbsentProbe) flaws(f *flaws, c Check) {
	if c.CEL != "" {
		f.add("cel", "absent doesn't take a cel: it passes once the object is gone")
	}
	f.need("absent", "kind", p.Kind)
	f.need("absent", "name", p.Name)
	f.object(p.Kind, p.Name, p.APIVersion, p.Namespace)
}

func (p *ObjectsProbe) flaws(f *flaws, _ Check) {
	f.need("objects", "kind", p.Kind)
	f.object(p.Kind, "", p.APIVersion, p.Namespace)
	f.bounds("objects", p.bounds())
}

func (p *ObjectsProbe) bounds() bounds { return bounds{p.Count, p.Min, p.Max} }

func (p *ObjectProbe) identity() string { return identityOf("object", p.Namespace, p.Kind, p.Name) }
func (p *AbsentProbe) identity() string { return identityOf("object", p.Namespace, p.Kind, p.Name) }
func (p *ObjectsProbe) identity() string {
	return identityOf("objects", p.Namespace, p.Kind, p.Selector)
}

func (p *ObjectProbe) matched(s observation) (objects []*kube.Object, many bool) {
	return []*kube.Object{s.object}, false
}

func (p *ObjectsProbe) matched(s observation) (objects []*kube.Object, many bool) {
	return s.objects, true
}

func (p *ObjectsProbe) counted(s observation) (n int, asked bounds) {
	return len(s.objects), p.bounds()
}

func (p *ObjectsProbe) countReason(n int, wanted string) lang.Message {
	return lang.Messagef("the number of objects of kind %s%s is %d, wanted %s", "%s%s 有 %d 个，应%s",
		p.Kind, chosen(p.Selector), n, inBoth(wanted))
}

func (p *ObjectsProbe) nothing(c Check, s observation) lang.Message {
	if len(s.objects) > 0 || p.bounds().allowNone() || c.condition.AsksSize("objects") {
		return lang.Message{}
	}
	return lang.Messagef("there is no %s%s to check", "没有可查看的 %s%s", p.Kind, labelled(p.Selector))
}

func (nothing) parse(*parser, *yaml.Node) {}
func (nothing) flaws(*flaws, Check)       {}
func (nothing) identity() string          { return "" }
