package arith

import (
	"slices"
	"strconv"
	"strings"
)

// unary reads what stands before and behind an operand.
func (e *expression) unary() (int64, error) {
	if e.depth++; e.depth > mostNested {
		return 0, errSyntax
	}
	defer func() { e.depth-- }()
	for _, op := range []string{"++", "--"} {
		if before := e.text; e.take(op) {
			if name := e.name(); name != "" {
				return e.step(name, op, false)
			}
			e.text = before
		}
	}
	for _, op := range []string{"!", "~", "-", "+"} {
		if !e.take(op) {
			continue
		}
		n, err := e.unary()
		switch op {
		case "!":
			n = truth(n == 0)
		case "~":
			n = ^n
		case "-":
			n = -n
		}
		return n, err
	}
	return e.operand()
}

func (e *expression) operand() (int64, error) {
	if e.take("(") {
		n, err := e.comma()
		if err == nil && !e.take(")") {
			err = errSyntax
		}
		return n, err
	}
	name := e.name()
	if name == "" {
		return e.number()
	}
	for _, op := range []string{"++", "--"} {
		if e.take(op) {
			return e.step(name, op, true)
		}
	}
	return e.value(name)
}

// step adds one to a variable, or subtracts it; the result is the value before
// or after.
func (e *expression) step(name, op string, before bool) (int64, error) {
	n, err := e.value(name)
	if err != nil {
		return 0, err
	}
	by := int64(1)
	if op == "--" {
		by = -1
	}
	err = e.set(name, n+by)
	if before {
		return n, err
	}
	return n + by, err
}

func (e *expression) set(name string, n int64) error {
	return e.vars.Assign(name, strconv.FormatInt(n, 10))
}

// name parses a variable's name.
func (e *expression) name() string {
	n := 0
	for n < len(e.text) && (letter(e.text[n]) || n > 0 && e.text[n] >= '0' && e.text[n] <= '9') {
		n++
	}
	name := e.text[:n]
	e.text = e.text[n:]
	e.blanks()
	return name
}

func letter(b byte) bool { return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// value evaluates a variable's value, which is an expression too.
func (e *expression) value(name string) (int64, error) {
	text := e.vars.Value(name)
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text[0] != '0' && text[0] != '+' {
		return n, nil
	}
	if slices.Contains(e.names, name) {
		return 0, errRecursion
	}
	if len(e.names) > mostNested {
		return 0, errSyntax
	}
	return evaluate(text, e.vars, append(slices.Clip(e.names), name))
}

// number reads 10, 0x1f, 017 and 2#101.
func (e *expression) number() (int64, error) {
	n := 0
	for n < len(e.text) && (letter(e.text[n]) && e.text[n] != '_' || e.text[n] >= '0' && e.text[n] <= '9' || e.text[n] == '#') {
		n++
	}
	text := e.text[:n]
	e.text = e.text[n:]
	e.blanks()
	if text == "" {
		return 0, errSyntax
	}
	base := 10
	if b, digits, ok := strings.Cut(text, "#"); ok {
		n, err := strconv.Atoi(b)
		if err != nil || n < 2 || n > 36 {
			return 0, errSyntax
		}
		base, text = n, digits
	} else if rest, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok {
		base, text = 16, rest
	} else if text[0] == '0' && len(text) > 1 {
		base, text = 8, text[1:]
	}
	value, err := strconv.ParseUint(text, base, 64)
	if err != nil && !strings.HasSuffix(err.Error(), strconv.ErrRange.Error()) {
		return 0, errSyntax
	}
	return int64(value), nil //nolint:gosec // it wraps around, as in ash
}
