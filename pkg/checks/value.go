package checks

import (
	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// value turns a node into what the API's JSON would hold: maps with string keys,
// lists, strings, int64, float64, bool and nil.
func (f *faults) value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		return f.values(n)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			list = append(list, f.value(c))
		}
		return list
	default:
		return f.scalar(n)
	}
}

func (f *faults) values(n *yaml.Node) map[string]any {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			f.add(key, "a key must be a plain word, not %s", strict.KindOf(key))
			continue
		}
		if _, twice := m[key.Value]; twice {
			f.add(key, "key %q stands twice", key.Value)
			continue
		}
		m[key.Value] = f.value(n.Content[i+1])
	}
	return m
}

func (f *faults) scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		var v bool
		if n.Decode(&v) == nil {
			return v
		}
	case "!!int":
		var v int64
		if n.Decode(&v) == nil {
			return v
		}
	case "!!float":
		var v float64
		if n.Decode(&v) == nil {
			return v
		}
	}
	return n.Value
}
