package tools

import (
	"errors"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// gatherer is one run of xargs: the words of its input and how many of them a
// command gets.
type gatherer struct {
	*command
	line        []string
	most, chars int
}

// xargs runs a command with the words of its input.
func xargs(c *command) int {
	g := &gatherer{command: c, most: 1 << 30, chars: 32 << 10, line: c.rest}
	if len(g.line) == 0 {
		g.line = []string{"echo"}
	}
	for flag, into := range map[byte]*int{'n': &g.most, 's': &g.chars, 'P': new(int)} {
		if !c.has(flag) {
			continue
		}
		n, ok := natural(c.value(flag))
		switch {
		case !ok:
			return c.invalid(c.value(flag))
		case n == 0 && flag != 'P':
			return c.fail("number 0 is not in 1..2147483647 range")
		}
		*into = n
	}
	text, err := c.readFile(first(c.value('a'), "-"))
	if err != nil {
		if !quiet(err) {
			c.fail("%s: %s", c.value('a'), reason(err))
		}
		return 1
	}
	if full := c.hold(16 * strings.Count(string(text), " ")); full != nil {
		return 128 + int(container.SIGKILL)
	}
	words, err := g.words(string(text))
	if err != nil {
		return c.fail("%v", err)
	}
	if full := c.hold(len(text) + 16*len(words)); full != nil { // Lines and NULs part words too.
		return 128 + int(container.SIGKILL)
	}
	return g.runAll(words)
}

func (g *gatherer) words(text string) ([]string, error) {
	switch {
	case g.has('0'):
		words := strings.Split(text, "\x00")
		return words[:len(words)-truth(words[len(words)-1] == "")], nil
	case g.has('I'):
		var lines []string
		for line := range strings.Lines(text) {
			if line = strings.TrimLeft(strings.TrimSuffix(line, "\n"), " \t"); line != "" {
				lines = append(lines, line)
			}
		}
		return lines, nil
	}
	words, err := quotedWords(text)
	end := first(g.value('E'), g.value('e'))
	for i, word := range words {
		if end != "" && word == end {
			return words[:i], nil
		}
	}
	return words, err
}

// quotedWords splits a text at blanks. Quotes and backslashes keep them.
func quotedWords(text string) (words []string, err error) {
	var word strings.Builder
	quote, begun := byte(0), false
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case quote != 0 && b == quote:
			quote = 0
		case quote != 0 && b == '\n':
			return nil, unmatched(quote)
		case quote != 0:
			word.WriteByte(b)
		case b == '\'' || b == '"':
			quote, begun = b, true
		case b == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
			begun = true
		case blank(b):
			if begun {
				words = append(words, word.String())
				word.Reset()
			}
			begun = false
		default:
			word.WriteByte(b)
			begun = true
		}
	}
	if quote != 0 {
		return nil, unmatched(quote)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

func unmatched(quote byte) error {
	if quote == '"' {
		return errors.New("unmatched double quote")
	}
	return errors.New("unmatched single quote")
}

// next takes the words of one command line.
func (g *gatherer) next(words []string) (line, rest []string, err error) {
	if mark := g.value('I'); g.has('I') {
		for _, arg := range g.line {
			line = append(line, strings.ReplaceAll(arg, mark, words[0]))
		}
		return line, words[1:], nil
	}
	line = append(line, g.line...)
	room := g.chars
	for _, arg := range line {
		room -= len(arg) + 1
	}
	for n := 0; n < g.most && len(words) > 0; n++ {
		if room -= len(words[0]) + 1; room < 0 {
			if n == 0 {
				return nil, nil, errors.New("argument line too long")
			}
			break
		}
		line, words = append(line, words[0]), words[1:]
	}
	return line, words, nil
}

func (g *gatherer) runAll(words []string) (code int) {
	if len(words) == 0 {
		if g.has('r') || g.has('I') {
			return 0
		}
		return g.runOne(g.line)
	}
	for len(words) > 0 && g.ctx.Err() == nil {
		line, rest, err := g.next(words)
		if err != nil {
			return g.fail("%v", err)
		}
		words = rest
		status := g.runOne(line)
		code = max(code, status)
		if status > 123 {
			return status
		}
	}
	return code
}

// runOne runs a command, and returns what its exit code means for xargs.
func (g *gatherer) runOne(line []string) int {
	if g.has('t') {
		g.complain("%s\n", strings.Join(line, " "))
	}
	if _, ok := g.program(line[0]); !ok {
		g.fail("%s: No such file or directory", line[0])
		return 127
	}
	switch status := g.spawn(g.ctx, line, strings.NewReader("")); {
	case status == 0, status == 126, status == 127:
		return status
	case status == 255:
		g.fail("%s: exited with status 255; aborting", line[0])
		return 124
	case status > 128 && status <= 128+64:
		g.fail("%s: terminated by signal %d", line[0], status-128)
		return 125
	}
	return 123
}
