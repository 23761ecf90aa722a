package strict

import (
	"go.yaml.in/yaml/v3"
)

// maxWritten bounds the values that aliases stand for, all together.
const maxWritten = 10_000

// writer writes aliases and merge keys out, and reports keys that are given twice.
// It changes the nodes that it is given.
type writer struct {
	report  Report
	faulty  bool
	written int
	// open are the values with an anchor that are being written.
	open map[*yaml.Node]bool
}

func (w *writer) document(root *yaml.Node) *yaml.Node {
	w.open = map[*yaml.Node]bool{}
	root = w.node(root)
	if w.faulty {
		return nil
	}
	return root
}

func (w *writer) fault(n *yaml.Node, format string, args ...any) {
	w.report(n.Line, format, args...)
	w.faulty = true
}

// node returns a node without aliases.
func (w *writer) node(n *yaml.Node) *yaml.Node {
	if n.Anchor != "" {
		w.open[n] = true
		defer delete(w.open, n)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.alias(n)
	case yaml.SequenceNode:
		for i, c := range n.Content {
			n.Content[i] = w.node(c)
		}
	case yaml.MappingNode:
		w.mapping(n)
	}
	return n
}

// alias returns what an alias stands for. An anchor comes before its aliases, so
// that its value is written out already.
func (w *writer) alias(n *yaml.Node) *yaml.Node {
	if w.open[n.Alias] {
		w.fault(n, "anchor %q contains an alias to itself; write the value out", n.Value)
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line}
	}
	within := w.written <= maxWritten
	if w.count(n.Alias); w.written > maxWritten {
		if within {
			w.fault(n, "aliases expand this to more than %d values; write the values out", maxWritten)
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line}
	}
	out := *n.Alias
	if out.Kind != yaml.ScalarNode {
		out.Line = n.Line
	}
	return &out
}

// count adds the size of a value to what aliases stand for, up to the limit.
func (w *writer) count(n *yaml.Node) {
	w.written++
	for _, c := range n.Content {
		if w.written > maxWritten {
			return
		}
		w.count(c)
	}
}

func (w *writer) mapping(n *yaml.Node) {
	given := make(map[string]bool, len(n.Content)/2)
	var merged []*yaml.Node
	content := n.Content[:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := w.node(n.Content[i]), w.node(n.Content[i+1])
		switch {
		case key.Kind == yaml.ScalarNode && key.Tag == "!!merge":
			merged = append(merged, value)
			continue
		case key.Kind != yaml.ScalarNode:
			w.fault(key, "a key must be a plain word, not %s", KindOf(key))
		case given[key.Value]:
			w.fault(key, "key %q appears twice; keep only one", key.Value)
		}
		given[key.Value] = true
		content = append(content, key, value)
	}
	n.Content = content
	for _, from := range merged {
		w.merge(n, from, given)
	}
}

// merge adds the keys of a << that a mapping does not give itself. Of several
// mappings in a list the first wins.
func (w *writer) merge(into, from *yaml.Node, given map[string]bool) {
	switch from.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(from.Content); i += 2 {
			key := from.Content[i]
			if !given[key.Value] {
				given[key.Value] = true
				into.Content = append(into.Content, key, from.Content[i+1])
			}
		}
	case yaml.SequenceNode:
		for _, one := range from.Content {
			if one.Kind != yaml.MappingNode {
				w.fault(one, "<< takes mappings, not %s", KindOf(one))
				continue
			}
			w.merge(into, one, given)
		}
	default:
		w.fault(from, "<< takes a mapping or a list of mappings, not %s", KindOf(from))
	}
}
