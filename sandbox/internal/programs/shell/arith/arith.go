// Package arith evaluates the shell's $((...)), as busybox does.
package arith

import (
	"errors"
	"slices"
	"strings"
)

// The complaints.
var (
	errSyntax    = errors.New("arithmetic syntax error")
	errZero      = errors.New("divide by zero")
	errExponent  = errors.New("exponent less than 0")
	errTernary   = errors.New("malformed ?: operator")
	errRecursion = errors.New("expression recursion loop detected")
)

// Variables are those of the shell.
type Variables interface {
	Value(name string) string
	Assign(name, value string) error
}

// mostNested is how deep an expression may be nested, in itself and by way of
// variables.
const mostNested = 256

// Eval evaluates an expression.
func Eval(text string, vars Variables) (int64, error) {
	return evaluate(text, vars, nil)
}

func evaluate(text string, vars Variables, names []string) (int64, error) {
	e := &expression{text: text, vars: vars, names: names}
	e.blanks()
	if e.text == "" {
		return 0, nil
	}
	n, err := e.comma()
	if err == nil && e.text != "" {
		err = errSyntax
	}
	return n, err
}

// expression is the rest of a text. As in busybox, both sides of "&&", "||" and
// "?:" are evaluated.
type expression struct {
	text  string
	vars  Variables
	names []string
	depth int
}

func (e *expression) blanks() { e.text = strings.TrimLeft(e.text, " \t\n") }

func (e *expression) take(op string) bool {
	rest, ok := strings.CutPrefix(e.text, op)
	if ok {
		e.text = rest
		e.blanks()
	}
	return ok
}

func (e *expression) comma() (n int64, err error) {
	for {
		if n, err = e.assign(); err != nil || !e.take(",") {
			return n, err
		}
	}
}

// assignments are the operators that assign, longest first.
func assignments() []string {
	return []string{"<<=", ">>=", "**=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "="}
}

// assign is "NAME OP EXPRESSION", or anything below it.
func (e *expression) assign() (int64, error) {
	if e.depth++; e.depth > mostNested {
		return 0, errSyntax
	}
	defer func() { e.depth-- }()
	before := e.text
	if name := e.name(); name != "" {
		for _, op := range assignments() {
			if strings.HasPrefix(e.text, "==") || !e.take(op) {
				continue
			}
			right, err := e.assign()
			if err != nil {
				return 0, err
			}
			if op != "=" {
				left, err := e.value(name)
				if err != nil {
					return 0, err
				}
				if right, err = apply(strings.TrimSuffix(op, "="), left, right); err != nil {
					return 0, err
				}
			}
			return right, e.set(name, right)
		}
	}
	e.text = before
	return e.ternary()
}

func (e *expression) ternary() (int64, error) {
	cond, err := e.binary(0)
	if err != nil || !e.take("?") {
		return cond, err
	}
	yes, err := e.assign()
	if err != nil {
		return 0, err
	}
	if !e.take(":") {
		return 0, errTernary
	}
	no, err := e.assign()
	if cond != 0 {
		return yes, err
	}
	return no, err
}

// levels are the binary operators, the loosest first, the longer before the
// shorter.
func levels() [][]string {
	return [][]string{
		{"||"},
		{"&&"},
		{"|"},
		{"^"},
		{"&"},
		{"==", "!="},
		{"<=", ">=", "<", ">"},
		{"<<", ">>"},
		{"+", "-"},
		{"*", "/", "%"},
		{"**"},
	}
}

// operator takes one of a level's operators, and none that is the beginning of
// another.
func (e *expression) operator(level int) string {
	for _, op := range levels()[level] {
		rest, ok := strings.CutPrefix(e.text, op)
		if !ok || strings.HasPrefix(rest, "=") && !slices.Contains([]string{"==", "!=", "<=", ">="}, op) {
			continue
		}
		if len(op) == 1 && rest != "" && rest[0] == op[0] && strings.Contains("|&<>*", op) {
			continue
		}
		e.text = rest
		e.blanks()
		return op
	}
	return ""
}

func (e *expression) binary(level int) (int64, error) {
	if level == len(levels()) {
		return e.unary()
	}
	left, err := e.binary(level + 1)
	for err == nil {
		op := e.operator(level)
		if op == "" {
			return left, nil
		}
		next := level + 1
		if op == "**" {
			next = level // It is right-associative.
		}
		right, err := e.binary(next)
		if err != nil {
			return 0, err
		}
		if left, err = apply(op, left, right); err != nil {
			return 0, err
		}
	}
	return left, err
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func apply(op string, a, b int64) (int64, error) {
	switch op {
	case "||":
		return truth(a != 0 || b != 0), nil
	case "&&":
		return truth(a != 0 && b != 0), nil
	case "==":
		return truth(a == b), nil
	case "!=":
		return truth(a != b), nil
	case "<=":
		return truth(a <= b), nil
	case ">=":
		return truth(a >= b), nil
	case "<":
		return truth(a < b), nil
	case ">":
		return truth(a > b), nil
	}
	return calculate(op, a, b)
}

func calculate(op string, a, b int64) (int64, error) {
	switch op {
	case "|":
		return a | b, nil
	case "^":
		return a ^ b, nil
	case "&":
		return a & b, nil
	case "<<":
		return a << (uint64(b) & 63), nil //nolint:gosec // as the processor does
	case ">>":
		return a >> (uint64(b) & 63), nil //nolint:gosec // as above
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	case "**":
		return power(a, b)
	}
	switch {
	case b == 0:
		return 0, errZero
	case op == "/":
		return a / b, nil
	}
	return a % b, nil
}

func power(a, b int64) (int64, error) {
	if b < 0 {
		return 0, errExponent
	}
	n := int64(1)
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			n *= a
		}
		a *= a
	}
	return n, nil
}
