package checks

import (
	"regexp"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// field reads the value of one key.
type field struct {
	name string
	read func(*yaml.Node)
}

// mapping reads a mapping whose keys are all known, and reports the rest.
func (f *faults) mapping(n *yaml.Node, what string, fields []field) bool {
	if n.Kind != yaml.MappingNode {
		f.add(n, "%s must be a mapping, not %s", what, kindOf(n))
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			f.add(key, "key %q stands twice in %s", key.Value, what)
			continue
		}
		seen[key.Value] = true
		f.one(key, n.Content[i+1], what, fields)
	}
	return true
}

func (f *faults) one(key, value *yaml.Node, what string, fields []field) {
	names := make([]string, 0, len(fields))
	for _, known := range fields {
		if known.name == key.Value {
			known.read(value)
			return
		}
		names = append(names, known.name)
	}
	f.add(key, "unknown key %q in %s%s", key.Value, what, didYouMean(key.Value, names))
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	case yaml.AliasNode:
		return "an alias"
	default:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return strconv.Quote(n.Value)
	}
}

// text reads a string; a bare number or boolean counts as one.
func (f *faults) text(name string, into *string) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			f.add(n, "%s must be a string, not %s", name, kindOf(n))
			return
		}
		*into = n.Value
	}}
}

func (f *faults) number(name string, least, most int, into func(int)) field {
	return field{name, func(n *yaml.Node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
			f.add(n, "%s must be a whole number, not %s", name, kindOf(n))
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
			f.add(n, "%s must be true or false, not %s", name, kindOf(n))
		}
	}}
}

func (f *faults) duration(name string, most time.Duration, into *time.Duration) field {
	return field{name, func(n *yaml.Node) {
		d, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			f.add(n, "%s must be a duration such as 500ms, not %s", name, kindOf(n))
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
			f.add(n, "method must be a word in capitals such as POST, not %s", kindOf(n))
			return
		}
		*into = n.Value
	}}
}

func (f *faults) texts(name string, into map[string]string) field {
	return field{name, func(n *yaml.Node) {
		if n.Kind != yaml.MappingNode {
			f.add(n, "%s must be a mapping, not %s", name, kindOf(n))
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
			f.add(n, "%s must be a list, not %s", name, kindOf(n))
			return
		}
		for _, item := range n.Content {
			var word string
			f.text(name, &word).read(item)
			*into = append(*into, word)
		}
	}}
}
