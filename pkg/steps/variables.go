package steps

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// A lesson's variables are numbers and words that a learner may want otherwise,
// such as how long a program takes to start. A manifest marks the place where
// one stands by a comment with its name, so that it stays a plain file:
//
//	value: "15" # $STARTUP_SECONDS
//
// The text there is the variable's default. Commands have the variables in
// their environment.
var (
	variablePlace = regexp.MustCompile(`^(.*?)("?)([A-Za-z0-9._:/-]+)("?)([ \t]+#[ \t]*\$([A-Z][A-Z0-9_]*)[ \t]*)$`)
	variableName  = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	variableValue = regexp.MustCompile(`^[A-Za-z0-9._:/-]+$`)
)

// VariableError says that a lesson cannot be given a variable.
type VariableError struct {
	Name, Value string
	// Unknown says that it is the name which the lesson does not know; else it is
	// the value.
	Unknown bool
	// Known are the names of the lesson's variables, sorted.
	Known []string
}

func (e *VariableError) Error() string {
	if e.Unknown {
		return fmt.Sprintf("the lesson has no variable %q; its variables are %q", e.Name, e.Known)
	}
	return fmt.Sprintf("%q isn't a valid value for %s: use only letters, digits and . _ : / -", e.Value, e.Name)
}

// VariableNames returns the names of the lesson's variables, sorted.
func (l *Lesson) VariableNames() []string { return slices.Sorted(maps.Keys(l.Variables)) }

// Set gives the lesson's variables other values than its file does, also in
// the manifests that it shows. It fails with *VariableError, and then has
// changed nothing.
func (l *Lesson) Set(values map[string]string) error {
	if err := l.Takes(values); err != nil {
		return err
	}
	next := maps.Clone(l.Variables)
	maps.Copy(next, values)
	l.Variables = next
	l.refill()
	return nil
}

// Takes fails with *VariableError where Set would.
func (l *Lesson) Takes(values map[string]string) error {
	known := l.VariableNames()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if unknown := !slices.Contains(known, name); unknown || !variableValue.MatchString(values[name]) {
			return &VariableError{Name: name, Value: values[name], Unknown: unknown, Known: known}
		}
	}
	return nil
}

// Environ returns the lesson's variables as the environment of its commands has
// them, "NAME=value", sorted.
func (l *Lesson) Environ() []string {
	values := l.values()
	all := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all = append(all, name+"="+values[name])
	}
	return all
}

// values are all variables that manifests and commands may use.
func (l *Lesson) values() map[string]string {
	all := map[string]string{}
	if l.Namespace != "" {
		all[namespaceVariable] = l.Namespace
	}
	maps.Copy(all, l.Variables)
	return all
}

// refill writes the variables into the manifests that the lesson shows.
func (l *Lesson) refill() {
	values := l.values()
	for i := range l.Steps {
		for _, b := range l.Steps[i].Blocks {
			if b.Action != nil && b.Action.Kind == Apply {
				b.Action.Body = string(fill([]byte(b.Action.Body), values))
			}
		}
	}
}

// Fill returns a manifest with the lesson's variables in their places.
func (l *Lesson) Fill(manifest []byte) []byte { return fill(manifest, l.values()) }

// fill returns a manifest with the values of variables in their places.
func fill(manifest []byte, values map[string]string) []byte {
	lines := bytes.Split(manifest, []byte("\n"))
	for i, line := range lines {
		place := variablePlace.FindSubmatch(line)
		if place == nil {
			continue
		}
		if value, ok := values[string(place[6])]; ok {
			lines[i] = slices.Concat(place[1], place[2], []byte(value), place[4], place[5])
		}
	}
	return bytes.Join(lines, []byte("\n"))
}

// checkVariables reports variables that cannot be set.
func checkVariables(l *Lesson, f *faults) {
	for _, name := range l.VariableNames() {
		if name == namespaceVariable {
			f.add(1, "every lesson has the variable %s: remove it", name)
		}
		if !variableName.MatchString(name) {
			f.add(1, "variable %q needs a name of capitals, digits and underscores", name)
		}
		if !variableValue.MatchString(l.Variables[name]) {
			f.add(1, "variable %s can't be %q: use only letters, digits and . _ : / -", name, l.Variables[name])
		}
	}
}

// lintVariables checks the places of variables in a manifest, and notes which
// were found.
func lintVariables(l *Lesson, manifest []byte, found map[string]bool, f *faults) {
	for i, line := range strings.Split(string(manifest), "\n") {
		place := variablePlace.FindStringSubmatch(line)
		if place == nil || place[6] == namespaceVariable {
			continue
		}
		value, known := l.Variables[place[6]]
		found[place[6]] = true
		switch {
		case !known:
			f.add(i+1, "%s has no variable %q%s", l.File, place[6], nearest.Hint(place[6], l.VariableNames()))
		case value != place[3]:
			f.add(i+1, "the variable %s is %q in %s, but %q here", place[6], value, l.File, place[3])
		}
	}
}

// lintUnused reports variables that no manifest and no command uses.
func lintUnused(l *Lesson, found map[string]bool, f *faults) {
	for _, name := range l.VariableNames() {
		used := func(s Step) bool {
			return slices.ContainsFunc(s.Actions(), func(a Action) bool {
				return strings.Contains(a.Command, "$"+name) || strings.Contains(a.Command, "${"+name)
			})
		}
		if !found[name] && !slices.ContainsFunc(l.Steps, used) {
			f.add(1, "no manifest and no command uses the variable %s", name)
		}
	}
}
