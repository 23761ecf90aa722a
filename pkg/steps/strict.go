package steps

import (
	"bytes"
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decodeStrict reads YAML whose first line stands at the given line of the
// file. A key that out has no field for is a fault that names the nearest one.
func decodeStrict(src []byte, line int, out any, f *faults) {
	// Empty lines in front make the decoder's line numbers those of the file.
	padded := append(bytes.Repeat([]byte("\n"), max(line-1, 0)), src...)
	var doc yaml.Node
	if err := yaml.Unmarshal(padded, &doc); err != nil {
		addYAML(f, line, err)
		return
	}
	if len(doc.Content) == 0 {
		return
	}
	checkKeys(doc.Content[0], reflect.TypeOf(out), f)
	if err := doc.Decode(out); err != nil {
		addYAML(f, line, err)
	}
}

// checkKeys reports the keys of a node that a type has no field for.
func checkKeys(n *yaml.Node, t reflect.Type, f *faults) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[yaml.Node]():
		return
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, item := range n.Content {
			checkKeys(item, t.Elem(), f)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		checkFields(n, t, f)
	}
}

func checkFields(n *yaml.Node, t reflect.Type, f *faults) {
	known := map[string]reflect.Type{}
	var names []string
	for field := range t.Fields() {
		name := fieldKey(field)
		if name != "" {
			known[name] = field.Type
			names = append(names, name)
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if ft, ok := known[key.Value]; ok {
			checkKeys(n.Content[i+1], ft, f)
			continue
		}
		f.add(key.Line, "unknown key %q%s", key.Value, didYouMean(key.Value, names))
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

// yamlLine is how the decoder names a line.
var yamlLine = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// addYAML turns an error of the decoder into faults with their own lines.
func addYAML(f *faults, line int, err error) {
	messages := []string{err.Error()}
	if te, ok := errors.AsType[*yaml.TypeError](err); ok {
		messages = te.Errors
	}
	for _, message := range messages {
		m := yamlLine.FindStringSubmatch(message)
		at := line
		if n, convErr := strconv.Atoi(m[1]); convErr == nil {
			at = n
		}
		f.add(at, "bad YAML: %s", m[2])
	}
}
