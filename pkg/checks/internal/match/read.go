package match

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
	k8syaml "sigs.k8s.io/yaml"
)

// Read reads a part of a manifest from a mapping. What kubectl could not read
// is reported by add.
func Read(n *yaml.Node, add func(n *yaml.Node, format string, args ...any)) map[string]any {
	return reader{add}.values(n)
}

type reader struct {
	add func(n *yaml.Node, format string, args ...any)
}

// value turns a node into what kubectl would send for it: maps with string keys,
// lists, strings, int64, float64, json.Number, bool and nil. kubectl reads YAML 1.1,
// so that no is false, and 0644 is 420.
func (r reader) value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		return r.values(n)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			list = append(list, r.value(c))
		}
		return list
	default:
		return r.scalar(n)
	}
}

func (r reader) values(n *yaml.Node) map[string]any {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := r.key(n.Content[i])
		if _, twice := m[key]; twice {
			r.add(n.Content[i], "key %q appears twice; keep only one", key)
			continue
		}
		m[key] = r.value(n.Content[i+1])
	}
	return m
}

// key is the key that kubectl would send: a plain no is "false" there too.
func (r reader) key(n *yaml.Node) string {
	if isText(n) {
		return n.Value
	}
	read := map[string]json.RawMessage{}
	if err := readAsKubectl("? "+plainSource(n)+"\n: 0", &read); err != nil || len(read) != 1 {
		r.add(n, "kubectl can't read the key %s: put it in quotes", n.Value)
		return n.Value
	}
	for key := range read {
		return key
	}
	return n.Value
}

func (r reader) scalar(n *yaml.Node) any {
	if isText(n) {
		return n.Value
	}
	var v any
	if err := readAsKubectl(plainSource(n), &v); err != nil {
		r.add(n, "kubectl can't read the value %s: put it in quotes if it's a string", n.Value)
		return n.Value
	}
	if number, ok := v.(json.Number); ok {
		return numberOf(number, n.Value)
	}
	return v
}

// isText reports that a scalar is the text it shows for every reader: it is quoted,
// or no word that YAML 1.1 takes for something else.
func isText(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle != 0 {
		return n.Tag == "!!str"
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return true
	}
	const longest = len("false")
	return n.Tag == "!!str" && len(n.Value) > longest && unicode.IsLetter([]rune(n.Value)[0])
}

// plainSource writes a scalar as it stood.
func plainSource(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle != 0 {
		return n.Tag + " " + strconv.Quote(n.Value)
	}
	return n.Value
}

// readAsKubectl reads a piece of YAML with the reader that kubectl has.
func readAsKubectl(text string, into any) error {
	data, err := k8syaml.YAMLToJSON([]byte(text))
	if err != nil {
		return fmt.Errorf("failed to read %q as kubectl does: %w", text, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// numberOf is a number that was written as text. A fraction keeps its form, since
// 1.0 is not 1 where the API holds it as a text.
func numberOf(n json.Number, text string) any {
	if strings.ContainsAny(text, ".eE") && json.Valid([]byte(text)) {
		if f, err := n.Float64(); err == nil && written(f) == text {
			return f
		}
		return json.Number(text)
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return text
	}
	return f
}
