package shell

import (
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/match"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
)

// parameter returns the value of a name, which may be special.
func (s *shell) parameter(name string) (string, bool) {
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		if n > len(s.params) {
			return "", false
		}
		return s.params[n-1], true
	}
	switch name {
	case "0":
		return s.name, true
	case "?":
		return strconv.Itoa(s.status), true
	case "#":
		return strconv.Itoa(len(s.params)), true
	case "$":
		return strconv.Itoa(s.pid), true
	case "!":
		if s.background == 0 {
			return "", false
		}
		return strconv.Itoa(s.background), true
	case "-":
		return s.optionLetters(), true
	case "*":
		separator := " "
		if ifs, ok := s.get("IFS"); ok {
			separator = ifs[:min(1, len(ifs))]
		}
		return strings.Join(s.params, separator), len(s.params) > 0
	case "@":
		return strings.Join(s.params, " "), len(s.params) > 0
	}
	return s.get(name)
}

// param appends a parameter with what is made of it.
func (e *expansion) param(n *parse.Param) error {
	value, set := e.s.parameter(n.Name)
	some := set && (value != "" || !n.Colon)
	switch n.Op {
	case "-":
		if !some {
			return e.parts(argument(n), false)
		}
	case "+":
		if some {
			return e.parts(argument(n), false)
		}
		return nil
	case "=", "?":
		if !some {
			return e.missing(n)
		}
	}
	if !set && e.s.options['u'] && n.Op != "-" && n.Name != "@" && n.Name != "*" {
		return e.s.fault("%s: parameter not set", n.Name)
	}
	switch n.Op {
	case "len":
		e.value(strconv.Itoa(len(value)), n.Quoted)
		return nil
	case "", "-", "=", "?":
		return e.asItIs(n, value)
	}
	value, err := e.s.made(n, value)
	if err == nil {
		e.value(value, n.Quoted)
	}
	return err
}

func argument(n *parse.Param) []parse.Part {
	if n.Arg == nil {
		return nil
	}
	return n.Arg.Parts
}

// asItIs appends a parameter unchanged; "$@" is several fields.
func (e *expansion) asItIs(n *parse.Param, value string) error {
	several := n.Name == "@" && (n.Quoted || !e.whole) || n.Name == "*" && !n.Quoted
	if !several || e.whole {
		e.value(value, n.Quoted)
		return nil
	}
	for i, p := range e.s.params {
		if i > 0 {
			e.end()
		}
		if n.Quoted {
			e.add(p, true)
		} else {
			e.split(p)
		}
		if e.broken {
			return errDead
		}
	}
	return nil
}

// missing is "${x=TEXT}" and "${x?TEXT}" where there is no x.
func (e *expansion) missing(n *parse.Param) error {
	text, err := e.s.text(n.Arg)
	if err != nil {
		return err
	}
	if n.Op == "?" {
		if text == "" {
			text = "parameter not set"
		}
		return e.s.fault("%s: %s", n.Name, text)
	}
	if !parse.ValidName(n.Name) {
		return e.s.fault("%s: bad variable name", n.Name)
	}
	if err := e.s.assign(n.Name, text); err != nil {
		return err
	}
	e.value(text, n.Quoted)
	return nil
}

// made is what an operator makes of a value.
func (s *shell) made(n *parse.Param, value string) (string, error) {
	if n.Op == ":" {
		return s.slice(n, value)
	}
	pattern, err := s.pattern(n.Arg)
	if err != nil {
		return "", err
	}
	switch n.Op {
	case "#", "##":
		for i := range len(value) + 1 {
			if n.Op == "##" {
				i = len(value) - i
			}
			if match.Match(pattern, value[:i]) {
				return value[i:], nil
			}
			if s.ctx.Err() != nil {
				return "", errDead
			}
		}
	case "%", "%%":
		for i := range len(value) + 1 {
			if n.Op == "%" {
				i = len(value) - i
			}
			if match.Match(pattern, value[i:]) {
				return value[:i], nil
			}
			if s.ctx.Err() != nil {
				return "", errDead
			}
		}
	default:
		return s.replaced(n, value, pattern)
	}
	return value, nil
}

// replaced is "${x/PATTERN/TEXT}".
func (s *shell) replaced(n *parse.Param, value, pattern string) (string, error) {
	text, err := s.text(n.Second)
	if err != nil || pattern == "" {
		return value, err
	}
	var out strings.Builder
	for i := 0; i <= len(value); {
		length := longest(pattern, value[i:])
		if length <= 0 {
			if i < len(value) {
				out.WriteByte(value[i])
			}
			i++
			continue
		}
		out.WriteString(text)
		i += length
		if n.Op == "/" {
			out.WriteString(value[i:])
			break
		}
		if err := s.hold(int64(out.Len())); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// longest is how much of the beginning of a text matches a pattern.
func longest(pattern, text string) int {
	if !match.IsPattern(pattern) {
		if plain := match.Unquote(pattern); strings.HasPrefix(text, plain) {
			return len(plain)
		}
		return 0
	}
	for n := len(text); n > 0; n-- {
		if match.Match(pattern, text[:n]) {
			return n
		}
	}
	return 0
}

// slice is "${x:OFFSET:LENGTH}".
func (s *shell) slice(n *parse.Param, value string) (string, error) {
	from, err := s.arithmetic(n.Arg)
	if err != nil {
		return "", err
	}
	if from < 0 {
		from += int64(len(value))
	}
	if from < 0 || from > int64(len(value)) {
		return "", nil
	}
	rest := value[from:]
	if n.Second == nil {
		return rest, nil
	}
	length, err := s.arithmetic(n.Second)
	if err != nil {
		return "", err
	}
	if length < 0 {
		length += int64(len(rest))
	}
	return rest[:max(0, min(length, int64(len(rest))))], nil
}
