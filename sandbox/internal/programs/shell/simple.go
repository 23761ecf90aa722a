package shell

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

// call is a simple command whose words are known.
type call struct {
	*parse.Simple
	args    []string
	assigns []assignment
	how     how
	// outside says that neither functions nor aliases count; exec that the command
	// replaces the shell.
	outside, exec bool
}

type assignment struct{ name, value string }

// simple runs a simple command.
func (s *shell) simple(c *parse.Simple, how how) error {
	s.line, s.substituted = c.Line, -1
	args, err := s.commandWords(c.Words)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return s.assignments(c)
	}
	n := &call{Simple: c, args: args, how: how}
	if f, ok := s.funcs[args[0]]; ok {
		return s.function(n, f)
	}
	for len(n.args) > 1 && n.args[0] == "command" && !strings.HasPrefix(n.args[1], "-") {
		n.args, n.outside = n.args[1:], true
	}
	if b, ok := builtins()[n.args[0]]; ok {
		return s.runBuiltin(n, b)
	}
	return s.external(n)
}

// commandWords expands a command's words. Those of a command that assigns are not
// split where they look like an assignment.
func (s *shell) commandWords(words []*parse.Word) ([]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	name, _ := words[0].Plain()
	if b := builtins()[name]; !b.assigns {
		return s.fields(words)
	}
	var args []string
	for _, word := range words {
		if _, ok := word.Assignment(); ok {
			a, err := s.assignment(word)
			if err != nil {
				return nil, err
			}
			args = append(args, a.name+"="+a.value)
			continue
		}
		more, err := s.fields([]*parse.Word{word})
		if err != nil {
			return nil, err
		}
		args = append(args, more...)
	}
	return args, nil
}

// assignments runs a command that has no words.
func (s *shell) assignments(c *parse.Simple) error {
	undo, err := s.redirect(c.Redirs)
	if err != nil {
		return s.afterRedirect(err)
	}
	defer undo()
	var line []string
	for _, word := range c.Assigns {
		a, err := s.assignment(word)
		if err != nil {
			return err
		}
		if err := s.assign(a.name, a.value); err != nil {
			return err
		}
		line = append(line, a.name+"="+traced(a.value))
	}
	s.trace(line)
	s.status = max(0, s.substituted)
	return nil
}

func (s *shell) assignment(word *parse.Word) (assignment, error) {
	name, _ := word.Assignment()
	value, err := s.plain(word.Value(), true)
	return assignment{name, value}, err
}

// prepare evaluates the assignments before a command, and prints it for "set
// -x".
func (s *shell) prepare(n *call) error {
	var line []string
	for _, word := range n.Assigns {
		a, err := s.assignment(word)
		if err != nil {
			return err
		}
		n.assigns = append(n.assigns, a)
		line = append(line, a.name+"="+traced(a.value))
	}
	for _, arg := range n.args {
		line = append(line, traced(arg))
	}
	s.trace(line)
	return nil
}

// trace shows a command for "set -x".
func (s *shell) trace(words []string) {
	if s.options['x'] && len(words) > 0 {
		_, _ = s.stderr().Write([]byte(s.value("PS4") + strings.Join(words, " ") + "\n")) // without stderr there is nowhere to report it
	}
}

// traced quotes a word as "set -x" does: only where it must.
func traced(word string) string {
	for i := range len(word) {
		if c := word[i]; c < '+' || c >= ';' && c <= '?' || c > 'z' || strings.IndexByte("`[\\", c) >= 0 {
			return quote(word)
		}
	}
	return word
}

// function calls one.
func (s *shell) function(n *call, f *parse.Function) error {
	undo, err := s.redirect(n.Redirs)
	if err != nil {
		return s.afterRedirect(err)
	}
	defer undo()
	if err := s.prepare(n); err != nil {
		return err
	}
	s.vars.enter()
	defer s.vars.leave()
	for _, a := range n.assigns {
		s.vars.keep(a.name)
		if err := s.mark(a.name+"="+a.value, func(v *variable) { v.exported = true }); err != nil {
			return err
		}
	}
	params, builtin := s.params, s.builtin
	s.params, s.builtin = n.args[1:], ""
	if s.name == builtin {
		s.builtin = builtin
	}
	defer func() { s.params, s.builtin = params, builtin }()
	return s.call(func() error { return s.eval(f.Body, n.how&tested) })
}

// runBuiltin runs a builtin.
func (s *shell) runBuiltin(n *call, b builtin) error {
	special := b.special && !n.outside
	undo, err := s.redirect(n.Redirs)
	if err != nil {
		if errors.Is(err, errRedirect) && special {
			s.status = 1
			return errFault
		}
		return s.afterRedirect(err)
	}
	keeps := n.args[0] == "exec" && len(n.args) == 1
	if !keeps {
		defer undo()
	}
	if err := s.prepare(n); err != nil {
		return err
	}
	if !b.special {
		s.vars.enter()
		defer s.vars.leave()
	}
	for _, a := range n.assigns {
		if !b.special {
			s.vars.keep(a.name)
		}
		if err := s.assign(a.name, a.value); err != nil {
			return err
		}
	}
	name := s.builtin
	s.builtin = n.args[0]
	err = b.run(s, n)
	s.builtin = name
	if errors.Is(err, errFault) && !special {
		return nil // Only a special builtin ends the shell.
	}
	return err
}
