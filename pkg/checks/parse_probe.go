package checks

import (
	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

const (
	maxTimes     = 100
	maxRedirects = 10
	maxTail      = 10000
	maxLooks     = 100
	maxCount     = 100000
)

// one reads a probe that names one object.
func (p *parser) one(n *yaml.Node, probe string, kind, name, apiVersion, namespace *string) {
	p.mapping(n, probe, []field{
		p.text("kind", kind), p.text("name", name), p.text("apiVersion", apiVersion), p.text("namespace", namespace),
	})
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
