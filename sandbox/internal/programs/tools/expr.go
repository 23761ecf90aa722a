package tools

import (
	"errors"
	"strconv"
	"strings"
)

// expression is one run of expr.
type expression struct {
	args  []string
	depth int
}

// errSyntax is the error of words that are no expression.
func errSyntax() error { return errors.New("syntax error") }

func expr(c *command) int {
	if len(c.rest) > 0 && c.rest[0] == "--" {
		c.rest = c.rest[1:]
	}
	if len(c.rest) == 0 {
		c.fail("too few arguments")
		return 2
	}
	e := &expression{args: c.rest}
	value, err := e.binary(0)
	if err == nil && len(e.args) > 0 {
		err = errSyntax()
	}
	if err != nil {
		c.fail("%v", err)
		return 2
	}
	c.printf("%s\n", value)
	return truth(null(value))
}

// null is what counts as false.
func null(value string) bool { return value == "" || value == "0" }

// levels are the operators, those that bind least first.
func levels() [][]string {
	return [][]string{{"|"}, {"&"}, {"<", "<=", "=", "==", "!=", ">=", ">"}, {"+", "-"}, {"*", "/", "%"}, {":"}}
}

func (e *expression) next(of []string) (string, bool) {
	if len(e.args) == 0 {
		return "", false
	}
	for _, op := range of {
		if e.args[0] == op {
			e.args = e.args[1:]
			return op, true
		}
	}
	return "", false
}

func (e *expression) binary(level int) (string, error) {
	if level == len(levels()) {
		return e.term()
	}
	left, err := e.binary(level + 1)
	for err == nil {
		op, ok := e.next(levels()[level])
		if !ok {
			break
		}
		var right string
		if right, err = e.binary(level + 1); err == nil {
			left, err = calculate(op, left, right)
		}
	}
	return left, err
}

func (e *expression) term() (string, error) {
	if e.depth++; e.depth > mostNested {
		return "", errors.New("brackets nested too deep: not supported by the sandbox")
	}
	defer func() { e.depth-- }()
	if len(e.args) == 0 {
		return "", errSyntax()
	}
	word := e.args[0]
	e.args = e.args[1:]
	many := map[string]int{"length": 1, "match": 2, "index": 2, "substr": 3, "quote": 1}
	switch {
	case word == "(":
		value, err := e.binary(0)
		if _, closed := e.next([]string{")"}); err == nil && !closed {
			err = errSyntax()
		}
		return value, err
	case word == ")":
		return "", errSyntax()
	case many[word] > 0:
		var values []string
		for range many[word] {
			value, err := e.term()
			if err != nil {
				return "", err
			}
			values = append(values, value)
		}
		return function(word, values)
	}
	return word, nil
}

func function(name string, values []string) (string, error) {
	text := values[0]
	switch name {
	case "length":
		return strconv.Itoa(len(text)), nil
	case "match":
		return calculate(":", text, values[1])
	case "index":
		return strconv.Itoa(strings.IndexAny(text, values[1]) + 1), nil
	case "substr":
		from, err := strconv.Atoi(values[1])
		length, err2 := strconv.Atoi(values[2])
		if err != nil || err2 != nil || from < 1 || length < 1 || from > len(text) {
			return "", nil //nolint:nilerr // as expr has it
		}
		return text[from-1 : min(len(text), from-1+min(length, len(text)))], nil
	}
	return text, nil
}

// calculate is one operation on two values.
func calculate(op, left, right string) (string, error) {
	switch op {
	case "|":
		if null(left) {
			return right, nil
		}
		return left, nil
	case "&":
		if null(left) || null(right) {
			return "0", nil
		}
		return left, nil
	case ":":
		return matched(left, right)
	}
	a, okA := wholeNumber(left)
	b, okB := wholeNumber(right)
	if strings.ContainsAny(op, "<>=") {
		order := strings.Compare(left, right)
		if okA && okB {
			order = int(min(1, max(-1, a-b)))
			if (a < b) != (order < 0) { // The difference was too large for a number.
				order = -order
			}
		}
		holds := map[string]bool{"<": order < 0, "<=": order <= 0, "=": order == 0, "==": order == 0, "!=": order != 0, ">=": order >= 0, ">": order > 0}[op]
		return strconv.Itoa(truth(holds)), nil
	}
	if !okA || !okB {
		return "", errors.New("non-numeric argument")
	}
	switch op {
	case "+":
		a += b
	case "-":
		a -= b
	case "*":
		a *= b
	case "/", "%":
		if b == 0 {
			return "", errors.New("division by zero")
		}
		if op == "/" {
			a /= b
		} else {
			a %= b
		}
	}
	return strconv.FormatInt(a, 10), nil
}

// wholeNumber reads a number; one that is too large is the largest, and a sum that is
// too large is what is left of it, as in C.
func wholeNumber(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}

// matched is a pattern at the beginning of a text: what its group matched, or how
// much it did.
func matched(text, pattern string) (string, error) {
	re, err := compile(`^\(`+strings.TrimPrefix(pattern, "^")+`\)`, false, false)
	if err != nil {
		return "", err
	}
	at := re.FindStringSubmatchIndex(text)
	switch groups := re.NumSubexp() > 1; {
	case groups && (at == nil || at[4] < 0):
		return "", nil
	case groups:
		return text[at[4]:at[5]], nil
	case at == nil:
		return "0", nil
	}
	return strconv.Itoa(at[1]), nil
}
