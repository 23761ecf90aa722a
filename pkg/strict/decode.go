package strict

import (
	"bytes"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// Decode reads src, whose first line is the given line of its file, into out. The
// lines that it reports, and those of nodes in out, are lines of the file. A key
// that out has no field for is a fault that names the nearest one. A document that
// holds nothing leaves out as it is.
func Decode(src []byte, line int, out any, report Report) {
	padded := append(bytes.Repeat([]byte("\n"), max(line-1, 0)), src...)
	noting := func(at int, format string, args ...any) {
		report(max(at, line), format, args...)
	}
	root := Document(padded, noting)
	if root == nil {
		return
	}
	keys(root, reflect.TypeOf(out), noting)
	if err := root.Decode(out); err != nil {
		reportSyntax(padded, err, noting)
	}
}

// UnknownKey reports a key that is not among those known of what, such as "a
// check"; what may be "".
func UnknownKey(key *yaml.Node, what string, known []string, report Report) {
	if what != "" {
		what = " in " + what
	}
	report(key.Line, "unknown key %q%s%s", key.Value, what, nearest.Hint(key.Value, known))
}

// keys reports the keys of a node that a type has no field for.
func keys(n *yaml.Node, t reflect.Type, report Report) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[yaml.Node]():
		return
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, item := range n.Content {
			keys(item, t.Elem(), report)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		fields(n, t, report)
	}
}

func fields(n *yaml.Node, t reflect.Type, report Report) {
	known := map[string]reflect.Type{}
	var names []string
	for field := range t.Fields() {
		if name := fieldKey(field); name != "" {
			known[name] = field.Type
			names = append(names, name)
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if ft, ok := known[key.Value]; ok {
			keys(n.Content[i+1], ft, report)
			continue
		}
		UnknownKey(key, "", names, report)
	}
}

func fieldKey(field reflect.StructField) string {
	if !field.IsExported() {
		return ""
	}
	if tag, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); tag != "" {
		return tag
	}
	return strings.ToLower(field.Name)
}
