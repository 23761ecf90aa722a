package checks

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

const (
	maxTimes     = 100
	maxRedirects = 10
	maxTail      = 10000
	maxLooks     = 100
	maxCount     = 100000
)

func (p *parser) object(n *yaml.Node) *ObjectProbe {
	o := &ObjectProbe{}
	p.one(n, "object", &o.Kind, &o.Name, &o.APIVersion, &o.Namespace)
	return o
}

func (p *parser) absent(n *yaml.Node) *AbsentProbe {
	a := &AbsentProbe{}
	p.one(n, "absent", &a.Kind, &a.Name, &a.APIVersion, &a.Namespace)
	return a
}

// one reads a probe that names one object.
func (p *parser) one(n *yaml.Node, probe string, kind, name, apiVersion, namespace *string) {
	p.mapping(n, probe, []field{
		p.text("kind", kind), p.text("name", name), p.text("apiVersion", apiVersion), p.text("namespace", namespace),
	})
}

func (p *parser) objects(n *yaml.Node) *ObjectsProbe {
	o := &ObjectsProbe{selector: labels.Everything()}
	p.mapping(n, "objects", append([]field{
		p.text("kind", &o.Kind), p.text("apiVersion", &o.APIVersion),
		p.text("namespace", &o.Namespace), p.text("selector", &o.Selector),
	}, p.bounds(&o.Count, &o.Min, &o.Max)...))
	if selector, err := labels.Parse(o.Selector); err != nil {
		p.add(n, "selector %q is not a label selector: %w", o.Selector, err)
	} else {
		o.selector = selector
	}
	return o
}

func (p *parser) http(n *yaml.Node) *HTTPProbe {
	whole := HTTPProbe{Headers: map[string]string{}}.complete()
	h := &whole
	p.mapping(n, "http", []field{
		p.text("service", &h.Service), p.text("pod", &h.Pod), p.text("deployment", &h.Deployment), p.text("selector", &h.Selector),
		p.text("namespace", &h.Namespace), p.text("port", &h.Port), p.text("path", &h.Path),
		p.number("times", 1, maxTimes, func(v int) { h.Times = v }),
		p.duration("interval", timing.MaxInterval, &h.Interval),
		p.method(&h.Method),
		p.texts("headers", h.Headers), p.text("body", &h.Body), p.truth("https", &h.HTTPS),
		p.number("redirects", 0, maxRedirects, func(v int) { h.Redirects = v }),
		p.duration("timeout", timing.MaxTimeout, &h.Timeout),
	})
	choice := h.pods()
	p.selects(n, &choice)
	h.selector = choice.selector
	return h
}

func (p *parser) need(n *yaml.Node, what, key, value string) {
	if value == "" && n.Kind == yaml.MappingNode {
		p.add(n, "%s needs a %s", what, key)
	}
}

func (p *parser) match(n *yaml.Node) map[string]any {
	if n.Kind != yaml.MappingNode {
		p.add(n, "match must be a part of a manifest, not %s", strict.KindOf(n))
		return nil
	}
	return match.Read(n, p.add)
}

// hintNode is a hint that waits for its check's probe to be known.
type hintNode struct {
	when, say string
	node      *yaml.Node
}

func (p *parser) hints(n *yaml.Node) []hintNode {
	if n.Kind != yaml.SequenceNode {
		p.add(n, "hints must be a list, not %s", strict.KindOf(n))
		return nil
	}
	hints := make([]hintNode, 0, len(n.Content))
	for _, c := range n.Content {
		var h hintNode
		p.mapping(c, "a hint", []field{
			{"when", func(v *yaml.Node) { h.node = v; p.text("when", &h.when).read(v) }},
			p.text("say", &h.say),
		})
		p.need(c, "a hint", "say", h.say)
		hints = append(hints, h)
	}
	return hints
}
