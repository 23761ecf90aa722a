package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// EventsProbe looks at the events of a namespace. A cluster keeps an event for an
// hour unless it is told otherwise.
type EventsProbe struct {
	// Kind and Name are of the object that the events are about, "" for any.
	Kind, Name string
	// Reason and Type are the events' own, "" for any.
	Reason, Type string
	Namespace    string
	// Count, Min and Max bound the number of events; nil where not asked for.
	Count, Min, Max *int
}

func (p *EventsProbe) subject() subject {
	return subject{kind: "Event", apiVersion: "v1", namespace: p.Namespace, selector: labels.Everything()}
}

func (p *EventsProbe) explaining() []why.Need {
	if p.Kind == "" || p.Name == "" {
		return nil
	}
	return append([]why.Need{{Kind: p.Kind}}, why.Needs(p.Kind)...)
}

func (p *EventsProbe) environment() expr.Environment {
	return expr.Environment{
		Name:      "events",
		Variables: map[string]*cel.Type{"events": cel.ListType(cel.DynType)},
		OpenSizes: []string{"events"},
	}
}

func (p *EventsProbe) vars(s observation) map[string]any {
	return map[string]any{"events": contents(p.chosen(s))}
}

// chosen are the events that the probe asks for, the oldest first. Those of an
// object that had the name before the one that has it now are not among them.
func (p *EventsProbe) chosen(s observation) []*kube.Object {
	fits := func(wanted string, found ...string) bool {
		return wanted == "" || slices.Contains(found, wanted)
	}
	now := p.subjectOf(s)
	var list []*kube.Object
	for _, e := range s.objects {
		if (now == nil || kube.About(e, now)) && fits(p.Kind, kube.Text(e.Object, "involvedObject", "kind")) &&
			fits(p.Name, kube.Text(e.Object, "involvedObject", "name")) &&
			fits(p.Reason, kube.Text(e.Object, "reason")) && fits(p.Type, kube.Text(e.Object, "type")) {
			list = append(list, e)
		}
	}
	return list
}

// subjectOf is the object of the wanted kind and name that is there, nil when there
// is none.
func (p *EventsProbe) subjectOf(s observation) *kube.Object {
	if p.Kind == "" || p.Name == "" {
		return nil
	}
	for _, o := range s.Around.List(p.Kind) {
		if o.GetName() == p.Name {
			return o
		}
	}
	return nil
}

// what names the events in a sentence.
func (p *EventsProbe) what() string {
	words := []string{p.Type, p.Reason}
	if p.Kind+p.Name != "" {
		words = append(words, kube.Named(p.Kind, p.Name))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func (p *EventsProbe) bounds() bounds { return bounds{p.Count, p.Min, p.Max} }

func (p *EventsProbe) judge(_ Check, s observation, e expectation, now time.Time) judgment {
	if e.held() {
		return judgment{verdict: Passed}
	}
	if o := p.subjectOf(s); o != nil {
		if f := judged(why.Progress(o, s.Surroundings, now)); f.verdict == Waiting {
			return judgment{verdict: Waiting, reason: e.reason(), again: f.again}
		}
	}
	return failed(e.reason())
}

func (p *EventsProbe) countReason(n int, wanted string) lang.Message {
	what := p.what()
	if what == "" {
		what = "Event"
	}
	return lang.Messagef("the number of events (%s) is %d, wanted %s", "事件（%s）有 %d 个，应%s", what, n, inBoth(wanted))
}

func (e *EventsProbe) parse(p *parser, n *yaml.Node) {
	p.mapping(n, "events", append([]field{
		p.text("kind", &e.Kind), p.text("name", &e.Name), p.text("namespace", &e.Namespace),
		p.text("reason", &e.Reason), p.text("type", &e.Type),
	}, p.bounds(&e.Count, &e.Min, &e.Max)...))
}

func (p *EventsProbe) flaws(f *flaws, _ Check) {
	f.bounds("events", bounds{p.Count, p.Min, p.Max})
	if p.Type != "" && p.Type != "Normal" && p.Type != "Warning" {
		f.add("type", "type %q must be Normal or Warning", p.Type)
	}
	if p.Name != "" && p.Kind == "" {
		f.add("name", "events with a name also need a kind")
	}
	f.object(p.Kind, p.Name, "", p.Namespace)
}

func (p *EventsProbe) identity() string {
	return identityOf("events", p.Namespace, fmt.Sprintf("%q", p.what()))
}

func (p *EventsProbe) counted(s observation) (n int, asked bounds) {
	return len(p.chosen(s)), p.bounds()
}

// deciding is the kind of the object: events about an earlier one of its name do not
// count.
func (p *EventsProbe) deciding(Check) []string {
	if p.Name == "" {
		return nil
	}
	return []string{p.Kind}
}

func (p *EventsProbe) nothing(c Check, s observation) lang.Message {
	if len(p.chosen(s)) > 0 || p.bounds().allowNone() || c.condition.AsksSize("events") {
		return lang.Message{}
	}
	return lang.Messagef("there is no event%s to check", "没有可查看的事件%s", chosen(p.what()))
}
