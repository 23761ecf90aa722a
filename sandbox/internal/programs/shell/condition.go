package shell

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/match"
)

// condition holds the remaining words of a test.
type condition struct {
	*shell
	words []string
	at    int
	depth int
	// patterns says that "=" compares with a pattern, as in "[[".
	patterns bool
}

// errCondition is the error of an invalid test; it was already printed.
var errCondition = errors.New("a test makes no sense")

// mostConditions is how deep a test may be nested.
const mostConditions = 1000

// test is test, "[" and "[[".
func test(s *shell, n *call) error {
	words := n.args[1:]
	if name := n.args[0]; name != "test" {
		end := "]" + name[1:]
		if len(words) == 0 || words[len(words)-1] != strings.ReplaceAll(end, "[", "]") {
			s.say("missing %s", strings.ReplaceAll(name, "[", "]"))
			s.status = 2
			return nil
		}
		words = words[:len(words)-1]
	}
	c := &condition{shell: s, words: words, patterns: n.args[0] == "[["}
	if holds, err := c.whole(); err != nil {
		s.status = 2
	} else {
		s.status = truth(holds)
	}
	return nil
}

func (c *condition) wrong(format string, args ...any) (bool, error) {
	c.say(format, args...)
	return false, errCondition
}

// whole evaluates the test. Short ones have special rules for their words.
func (c *condition) whole() (bool, error) {
	negated := false
	for len(c.words) > 1 && c.words[0] == "!" {
		negated = !negated
		c.words = c.words[1:]
	}
	holds, err := c.short()
	return err == nil && holds != negated, err
}

func (c *condition) short() (bool, error) {
	switch n := len(c.words); {
	case n == 0:
		return false, nil
	case n == 1:
		return c.words[0] != "", nil
	case n == 3 && binary(c.words[1]) && c.words[1] != "-a" && c.words[1] != "-o":
		return c.compare(c.words[0], c.words[1], c.words[2])
	}
	holds, err := c.or()
	if err == nil && c.at < len(c.words) {
		return c.wrong("%s: unknown operand", c.words[c.at])
	}
	return holds, err
}

func (c *condition) word(ahead int) (string, bool) {
	if c.at+ahead < len(c.words) {
		return c.words[c.at+ahead], true
	}
	return "", false
}

func (c *condition) take(word string) bool {
	w, ok := c.word(0)
	if ok = ok && w == word; ok {
		c.at++
	}
	return ok
}

func (c *condition) or() (bool, error) {
	holds, err := c.and()
	for err == nil && c.take("-o") {
		var more bool
		more, err = c.and()
		holds = holds || more
	}
	return holds, err
}

func (c *condition) and() (bool, error) {
	holds, err := c.not()
	for err == nil && c.take("-a") {
		var more bool
		more, err = c.not()
		holds = holds && more
	}
	return holds, err
}

func (c *condition) not() (bool, error) {
	if c.depth++; c.depth > mostConditions {
		return c.wrong("a test nested this deep is not supported by the sandbox")
	}
	defer func() { c.depth-- }()
	if w, _ := c.word(0); w == "!" && !c.operand() {
		c.at++
		holds, err := c.not()
		return !holds, err
	}
	return c.primary()
}

// operand reports whether the current word, which looks like an operator with
// one argument, is an argument itself.
func (c *condition) operand() bool {
	next, ok := c.word(1)
	if !ok {
		return true
	}
	after, ok := c.word(2)
	return ok && binary(next) && after != ")"
}

func (c *condition) primary() (bool, error) {
	w, ok := c.word(0)
	if !ok {
		return c.wrong("argument expected")
	}
	if _, more := c.word(1); w == "(" && more {
		c.at++
		holds, err := c.or()
		if err == nil && !c.take(")") {
			return c.wrong("closing paren expected")
		}
		return holds, err
	}
	if unary(w) && !c.operand() {
		arg, _ := c.word(1)
		c.at += 2
		return c.single(w, arg)
	}
	if op, ok := c.word(1); ok && binary(op) && op != "-a" && op != "-o" {
		right, ok := c.word(2)
		if !ok {
			return c.wrong("%s: argument expected", op)
		}
		c.at += 3
		return c.compare(w, op, right)
	}
	c.at++
	return w != "", nil
}

func unary(word string) bool {
	return len(word) == 2 && word[0] == '-' && strings.IndexByte("bcdefghknprstuwxzGLOS", word[1]) >= 0
}

func binary(word string) bool {
	return slices.Contains([]string{"=", "==", "!=", "<", ">", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "-a", "-o"}, word)
}

// compare decides a test of two arguments.
func (c *condition) compare(left, op, right string) (bool, error) {
	switch op {
	case "=", "==", "!=":
		same := left == right
		if c.patterns {
			same = match.Match(right, left)
		}
		return same == (op != "!="), nil
	case "<":
		return left < right, nil
	case ">":
		return left > right, nil
	case "=~":
		if !c.patterns {
			return c.wrong("%s: unknown operand", op)
		}
		re, err := regexp.CompilePOSIX(right)
		return err == nil && re.MatchString(left), nil
	case "-nt", "-ot", "-ef":
		return c.files(left, op, right), nil
	}
	a, err := c.number(left)
	if err != nil {
		return false, err
	}
	b, err := c.number(right)
	if err != nil {
		return false, err
	}
	switch op {
	case "-eq":
		return a == b, nil
	case "-ne":
		return a != b, nil
	case "-lt":
		return a < b, nil
	case "-le":
		return a <= b, nil
	case "-gt":
		return a > b, nil
	}
	return a >= b, nil
}

func (c *condition) number(text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(text), "+"), 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		_, err = c.wrong("%s: out of range", text)
	} else if text == "" {
		_, err = c.wrong("bad number")
	} else if err != nil {
		_, err = c.wrong("%s: bad number", text)
	}
	return n, err
}
