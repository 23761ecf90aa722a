package shell

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

// variable is one of the shell's. One that is only marked has no value.
type variable struct {
	value              string
	set                bool
	exported, readOnly bool
}

// variables are those of one shell, with what functions and assignments before
// a command have put aside.
type variables struct {
	all  map[string]variable
	held int64
	// aside are the previous values of local variables, the innermost function
	// last; nil for one that did not exist.
	aside []map[string]*variable
}

func newVariables(environ []string) *variables {
	v := &variables{all: map[string]variable{
		"IFS": {value: " \t\n", set: true}, "OPTIND": {value: "1", set: true},
		"PS1": {value: `\w \$ `, set: true}, "PS2": {value: "> ", set: true}, "PS4": {value: "+ ", set: true},
	}}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && parse.ValidName(name) && name != "IFS" {
			v.put(name, variable{value: value, set: true, exported: true})
		}
	}
	return v
}

// clone is what a subshell begins with; it holds nothing of its own yet.
func (v *variables) clone() *variables {
	return &variables{all: maps.Clone(v.all)}
}

func (v *variables) put(name string, to variable) {
	v.held += int64(len(to.value) - len(v.all[name].value))
	v.all[name] = to
}

func (v *variables) remove(name string) {
	v.held -= int64(len(v.all[name].value))
	delete(v.all, name)
}

// keep saves a variable in the innermost function.
func (v *variables) keep(name string) {
	scope := v.aside[len(v.aside)-1]
	if _, kept := scope[name]; kept {
		return
	}
	if old, ok := v.all[name]; ok {
		scope[name] = &old
		return
	}
	scope[name] = nil
}

// enter begins a scope, leave restores what was saved in it.
func (v *variables) enter() { v.aside = append(v.aside, map[string]*variable{}) }

func (v *variables) leave() {
	last := len(v.aside) - 1
	for name, old := range v.aside[last] {
		if old == nil {
			v.remove(name)
			continue
		}
		v.put(name, *old)
	}
	v.aside = v.aside[:last]
}

// environ is the environment of a command.
func (v *variables) environ() (list []string) {
	for _, name := range slices.Sorted(maps.Keys(v.all)) {
		if one := v.all[name]; one.exported && one.set {
			list = append(list, name+"="+one.value)
		}
	}
	return list
}

// get is a variable's value, and whether it has one.
func (s *shell) get(name string) (string, bool) {
	v := s.vars.all[name]
	switch {
	case name == "LINENO" && !v.set:
		return strconv.Itoa(s.line), true
	case name == "RANDOM":
		return strconv.Itoa(rand.IntN(32768)), true //nolint:gosec // not used for secrets
	}
	return v.value, v.set
}

func (s *shell) value(name string) string {
	v, _ := s.get(name)
	return v
}

// assign sets a variable. A read-only one is an error that ends the shell.
func (s *shell) assign(name, value string) error {
	v := s.vars.all[name]
	if v.readOnly {
		return s.fault("%s: is read only", name)
	}
	v.value, v.set = value, true
	v.exported = v.exported || s.options['a']
	s.vars.put(name, v)
	return s.hold(0)
}

// mark sets a variable's value, if given, and its attributes.
func (s *shell) mark(assignment string, change func(*variable)) error {
	name, value, ok := strings.Cut(assignment, "=")
	if !parse.ValidName(name) {
		return s.fault("%s: bad variable name", name)
	}
	if ok {
		if err := s.assign(name, value); err != nil {
			return err
		}
	}
	v := s.vars.all[name]
	change(&v)
	s.vars.put(name, v)
	return nil
}

// hold counts what the shell keeps as its container's memory, with more that it
// is about to keep. It fails when that is too much; the container is killed then.
func (s *shell) hold(more int64) error {
	if err := s.p.Hold(max(0, s.vars.held) + s.paramSize + more); err != nil || s.ctx.Err() != nil {
		return errDead
	}
	return nil
}

// Value and Assign are for arithmetic.
func (s *shell) Value(name string) string { return s.value(name) }

// Assign is like Value.
func (s *shell) Assign(name, value string) error { return s.assign(name, value) }

// list prints variables as commands that would set them again.
func (s *shell) list(prefix string, which func(variable) bool) {
	for _, name := range slices.Sorted(maps.Keys(s.vars.all)) {
		v := s.vars.all[name]
		if !which(v) {
			continue
		}
		line := prefix + name
		if v.set {
			line += "=" + quote(v.value)
		}
		s.printf("%s\n", line)
	}
}

// quote puts text in single quotes, and a single quote in double ones.
func quote(text string) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(text, '\'')
		if at < 0 {
			break
		}
		run := len(text[at:]) - len(strings.TrimLeft(text[at:], "'"))
		if at > 0 {
			fmt.Fprintf(&out, "'%s'", text[:at])
		}
		fmt.Fprintf(&out, "\"%s\"", text[at:at+run])
		text = text[at+run:]
	}
	if text != "" || out.Len() == 0 {
		fmt.Fprintf(&out, "'%s'", text)
	}
	return out.String()
}
