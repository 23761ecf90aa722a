package parse

import (
	"errors"
	"io"
	"strings"
)

// MostScript is how many bytes a script, or one line, may have.
const MostScript = 1 << 20

// ErrLarge is the error of a script that is too large.
var ErrLarge = errors.New("a script this large is not supported by the sandbox")

// Source gives a script line by line, with the newline where there is one; more
// says that the line goes on with a command. The error is io.EOF at the end, or
// whatever ends the shell.
type Source interface {
	Line(more bool) (string, error)
}

// Text is a script that is there as a whole.
func Text(script string) Source { return &whole{script} }

type whole struct{ rest string }

func (t *whole) Line(bool) (string, error) {
	if t.rest == "" {
		return "", io.EOF
	}
	end := strings.IndexByte(t.rest, '\n') + 1
	if end == 0 {
		end = len(t.rest)
	}
	line := t.rest[:end]
	t.rest = t.rest[end:]
	return line, nil
}

// input is the lexer's position: lines of a source, and on top of them the
// texts of aliases.
type input struct {
	source Source
	line   string
	at     int
	number int
	ended  error
	// more says that a command has begun.
	more  bool
	stack []pushed
}

// pushed is text in front of what comes next.
type pushed struct {
	text  string
	alias string
}

// eof is not a byte of a script.
const eof = -1

// peek returns the current byte, or eof.
func (in *input) peek() int {
	for n := len(in.stack); n > 0; n = len(in.stack) {
		if top := in.stack[n-1]; top.text != "" {
			return int(top.text[0])
		}
		in.stack = in.stack[:n-1]
	}
	for in.at >= len(in.line) {
		if in.ended != nil {
			return eof
		}
		in.line, in.ended = in.source.Line(in.more)
		if in.ended != nil {
			in.line = ""
		}
		in.line = strings.ReplaceAll(in.line, "\x00", "")
		in.at = 0
	}
	return int(in.line[in.at])
}

// second returns the byte after the current one; call peek first.
func (in *input) second() int {
	if n := len(in.stack); n > 0 {
		if text := in.stack[n-1].text; len(text) > 1 {
			return int(text[1])
		}
		return eof
	}
	if in.at+1 < len(in.line) {
		return int(in.line[in.at+1])
	}
	return eof
}

// next consumes the current byte.
func (in *input) next() int {
	b := in.peek()
	switch n := len(in.stack); {
	case b == eof:
	case n > 0:
		in.stack[n-1].text = in.stack[n-1].text[1:]
	default:
		in.at++
		if b == '\n' {
			in.number++
		}
	}
	return b
}

// take consumes the current byte if it is this one.
func (in *input) take(b byte) bool {
	if in.peek() != int(b) {
		return false
	}
	in.next()
	return true
}

// expanding reports whether the text of an alias is being read.
func (in *input) expanding(alias string) bool {
	for _, p := range in.stack {
		if p.alias == alias {
			return true
		}
	}
	return false
}
