package checks

import (
	"regexp"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// field reads the value of one key.
type field struct {
	name string
	read func(*yaml.Node)
}

// mapping reads a mapping whose keys are all known, and reports the rest.
func (f *faults) mapping(n *yaml.Node, what string, fields []field) bool {
	if n.Kind != yaml.MappingNode {
		f.add(n, "%s must be a mapping, not %s", what, strict.KindOf(n))
		return false
	}
	names := make([]string, 0, len(fields))
	known := make(map[string]func(*yaml.Node), len(fields))
	for _, one := range fields {
		names = append(names, one.name)
		known[one.name] = one.read
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if read, ok := known[key.Value]; ok {
			read(n.Content[i+1])
			continue
		}
		strict.UnknownKey(key, what, names, f.addAt)
	}
	return true
}

// text reads a string; a bare number or boolean counts as one.
func (f *faults) text(name string, into *string) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			f.add(n, "%s must be a string, not %s", name, strict.KindOf(n))
			return
		}
		*into = n.Value
	}}
}

func (f *faults) number(name string, least, most int, into func(int)) field {
	return field{name, func(n *yaml.Node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
			f.add(n, "%s must be a whole number, not %s", name, strict.KindOf(n))
			return
		}
		if v < least || v > most {
			f.add(n, "%s must be from %d to %d, not %d", name, least, most, v)
			return
		}
		into(v)
	}}
}

func (f *faults) truth(name string, into *bool) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Decode(into) != nil {
			f.add(n, "%s must be true or false, not %s", name, strict.KindOf(n))
		}
	}}
}

func (f *faults) duration(name string, most time.Duration, into *time.Duration) field {
	return field{name, func(n *yaml.Node) {
		d, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			f.add(n, "%s must be a duration such as 500ms, not %s", name, strict.KindOf(n))
			return
		}
		if d < 0 || d > most {
			f.add(n, "%s must be from 0s to %s, not %s", name, most, d)
			return
		}
		*into = d
	}}
}

var methodName = regexp.MustCompile(`^[A-Z]+$`)

func (f *faults) method(into *string) field {
	return field{"method", func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || !methodName.MatchString(n.Value) {
			f.add(n, "method must be an uppercase word such as POST, not %s", strict.KindOf(n))
			return
		}
		*into = n.Value
	}}
}

func (f *faults) texts(name string, into map[string]string) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.MappingNode {
			f.add(n, "%s must be a mapping, not %s", name, strict.KindOf(n))
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			var v string
			f.text(n.Content[i].Value, &v).read(n.Content[i+1])
			into[n.Content[i].Value] = v
		}
	}}
}

// words reads a list of strings.
func (f *faults) words(name string, into *[]string) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			f.add(n, "%s must be a list, not %s", name, strict.KindOf(n))
			return
		}
		for _, item := range n.Content {
			var word string
			f.text(name, &word).read(item)
			*into = append(*into, word)
		}
	}}
}
