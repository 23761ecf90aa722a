package shell

import (
	"errors"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/match"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

// mostDepth is how deep commands may be nested: functions that recurse without
// end would overflow the stack beyond that.
const mostDepth = 12_000

const sigSEGV container.Signal = 11

// eval runs a command. The error is a flow.
func (s *shell) eval(c parse.Command, how how) error {
	if s.ctx.Err() != nil {
		return errDead
	}
	if s.options['n'] && !s.interactive {
		return nil
	}
	if s.depth++; s.depth > mostDepth {
		s.p.Die(sigSEGV)
		s.status = 128 + int(sigSEGV)
		return errExit
	}
	defer func() { s.depth-- }()
	err := s.run(c, how)
	if err == nil && s.options['e'] && how&tested == 0 && s.status != 0 && fails(c) {
		err = errExit
	}
	if heard := s.heed(); err == nil {
		err = heard
	}
	return err
}

// fails reports whether "set -e" checks a command; others pass on the status of
// what they contain.
func fails(c parse.Command) bool {
	switch c.(type) {
	case *parse.Simple, *parse.Pipe, *parse.Subshell, *parse.Redirected:
		return true
	}
	return false
}

func (s *shell) run(c parse.Command, how how) error {
	switch c := c.(type) {
	case *parse.Simple:
		return s.simple(c, how)
	case *parse.List:
		return s.sequence(c.Commands, how)
	case *parse.AndOr:
		if err := s.eval(c.Left, tested); err != nil || (s.status == 0) == c.Or {
			return err
		}
		return s.eval(c.Right, how)
	case *parse.Not:
		err := s.eval(c.Of, tested)
		if err == nil {
			s.status = truth(s.status != 0)
		}
		return err
	case *parse.Pipe:
		return s.pipe(c.Commands)
	case *parse.Background:
		return s.start(c.Of)
	case *parse.Subshell:
		s.line = c.Line
		return s.subshellOf(c, nil, how)
	case *parse.Redirected:
		return s.redirected(c, how)
	case *parse.If:
		return s.ifClause(c, how)
	case *parse.Function:
		s.funcs[c.Name] = c
		s.status = 0
		return nil
	}
	return s.looping(c, how)
}

// truth is the exit code of a test.
func truth(holds bool) int {
	if holds {
		return 0
	}
	return 1
}

func (s *shell) sequence(all []parse.Command, how how) error {
	for i, c := range all {
		now := how
		if i < len(all)-1 {
			now &^= isLast
		}
		if err := s.eval(c, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) ifClause(c *parse.If, how how) error {
	if err := s.eval(c.Cond, tested); err != nil {
		return err
	}
	switch {
	case s.status == 0:
		return s.eval(c.Then, how)
	case c.Else != nil:
		return s.eval(c.Else, how)
	}
	s.status = 0
	return nil
}

// looping runs the commands that may be left by break.
func (s *shell) looping(c parse.Command, how how) error {
	switch c := c.(type) {
	case *parse.Case:
		return s.caseClause(c, how)
	case *parse.For:
		return s.forClause(c, how&tested)
	case *parse.Loop:
		return s.loop(c, how&tested)
	}
	return nil
}

func (s *shell) caseClause(c *parse.Case, how how) error {
	s.line = c.Line
	text, err := s.text(c.Word)
	if err != nil {
		return err
	}
	for _, item := range c.Items {
		for _, word := range item.Patterns {
			pattern, err := s.pattern(word)
			if err != nil {
				return err
			}
			if !match.Match(pattern, text) {
				continue
			}
			if item.Body == nil {
				s.status = 0
				return nil
			}
			return s.eval(item.Body, how)
		}
	}
	s.status = 0
	return nil
}

func (s *shell) forClause(c *parse.For, how how) error {
	s.line = c.Line
	words := s.params
	if c.In {
		var err error
		if words, err = s.fields(c.Words); err != nil {
			return err
		}
	}
	s.loops++
	defer func() { s.loops-- }()
	s.status = 0
	for _, word := range words {
		if err := s.assign(c.Name, word); err != nil {
			return err
		}
		if again, err := s.turn(c.Body, how); !again {
			return err
		}
	}
	return nil
}

// turn runs a loop's body once, and reports whether the loop continues.
func (s *shell) turn(body parse.Command, how how) (bool, error) {
	err := s.eval(body, how)
	switch {
	case err == nil:
		return true, nil
	case !errors.Is(err, errBreak) && !errors.Is(err, errContinue):
		return false, err
	}
	if s.levels--; s.levels > 0 {
		return false, err
	}
	return errors.Is(err, errContinue), nil
}

func (s *shell) loop(c *parse.Loop, how how) error {
	s.loops++
	defer func() { s.loops-- }()
	status := 0
	for {
		again, err := s.turn(c.Cond, tested)
		if err != nil {
			return err
		}
		if !again {
			s.status = 0
			return nil
		}
		if (s.status == 0) == c.Until {
			s.status = status
			return nil
		}
		again, err = s.turn(c.Body, how)
		if status = s.status; !again {
			return err
		}
	}
}

// runText runs commands from a text.
func (s *shell) runText(text string) error {
	return s.source(parse.Text(text), s.line, 0)
}

// call runs something inside which "return" is possible.
func (s *shell) call(run func() error) error {
	s.calls++
	err := run()
	s.calls--
	if errors.Is(err, errReturn) {
		return nil
	}
	return err
}
