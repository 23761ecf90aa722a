package tools

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// edit is one command of a sed script.
type edit struct {
	from, to *address
	not      bool
	do       byte
	re       *regexp.Regexp
	// text is the text, replacement, label or file name; letters are those that y
	// replaces.
	text, letters string
	nth           int
	global, print bool
	file          io.Writer
	// jump is the place in the script that a branch goes on behind.
	jump int
	// active says that a range has begun, until where it ends by a line's number.
	active bool
	until  int
}

// address is a line's number, "$" or a pattern; plus counts lines behind the first.
type address struct {
	line       int
	last, plus bool
	re         *regexp.Regexp
}

// scriptReader reads a sed script.
type scriptReader struct {
	s      *sedding
	text   string
	edits  []*edit
	blocks []int
	labels map[string]int
	// previous is the last pattern, which an empty one stands for.
	previous *regexp.Regexp
}

// mostEdits is how many commands a script may have.
const mostEdits = 10_000

func readScript(s *sedding, script string) ([]*edit, error) {
	r := &scriptReader{s: s, text: script, labels: map[string]int{}}
	for {
		r.text = strings.TrimLeft(r.text, "; \t\n")
		if r.text == "" {
			break
		}
		if len(r.edits) > mostEdits {
			return nil, errors.New("a script this long: not supported by the sandbox")
		}
		if err := r.edit(); err != nil {
			return nil, err
		}
	}
	for _, at := range r.blocks {
		r.edits[at].jump = len(r.edits)
	}
	for _, e := range r.edits {
		if strings.IndexByte("btT", e.do) < 0 {
			continue
		}
		at, ok := r.labels[e.text]
		switch {
		case e.text == "":
			e.jump = len(r.edits)
		case !ok:
			return nil, fmt.Errorf("can't find label for jump to '%s'", e.text)
		default:
			e.jump = at
		}
	}
	return r.edits, nil
}

func (r *scriptReader) edit() (err error) {
	e := &edit{}
	if e.from, err = r.address(); err != nil {
		return err
	}
	if e.from != nil && strings.HasPrefix(r.text, ",") {
		r.text = strings.TrimLeft(r.text[1:], " \t")
		if e.to, err = r.address(); err != nil {
			return err
		}
		if e.to == nil {
			return errors.New("no address after comma")
		}
	}
	r.text = strings.TrimLeft(r.text, " \t")
	for strings.HasPrefix(r.text, "!") {
		e.not, r.text = true, strings.TrimLeft(r.text[1:], " \t!")
	}
	if r.text == "" {
		return errors.New("missing command")
	}
	e.do, r.text = r.text[0], r.text[1:]
	r.edits = append(r.edits, e)
	return r.arguments(e)
}

func (r *scriptReader) address() (*address, error) {
	switch text := r.text; {
	case strings.HasPrefix(text, "$"):
		r.text = text[1:]
		return &address{last: true}, nil
	case strings.HasPrefix(text, "/"), strings.HasPrefix(text, `\`) && len(text) > 1:
		r.text = strings.TrimPrefix(text, `\`)
		parts, err := r.delimited(1)
		if err != nil {
			return nil, err
		}
		fold := strings.HasPrefix(r.text, "I")
		r.text = r.text[truth(fold):]
		re, err := r.pattern(parts[0], fold)
		return &address{re: re}, err
	}
	plus := strings.HasPrefix(r.text, "+")
	text := r.text[truth(plus):]
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits == 0 {
		return nil, nil
	}
	n, err := strconv.Atoi(text[:digits])
	if err != nil {
		return nil, fmt.Errorf("invalid number '%s'", text[:digits])
	}
	if r.text = text[digits:]; n == 0 && !plus {
		return nil, nil // Each line, as busybox has it.
	}
	return &address{line: n, plus: plus}, nil
}

func (r *scriptReader) pattern(text string, fold bool) (*regexp.Regexp, error) {
	if text == "" {
		if r.previous == nil {
			return nil, errors.New("no previous regexp")
		}
		return r.previous, nil
	}
	re, err := compile(text, r.s.any("rE"), fold)
	if err != nil {
		if strings.Contains(err.Error(), "sandbox") {
			return nil, err
		}
		return nil, fmt.Errorf("bad regex '%s': %w", text, err)
	}
	r.previous = re
	return re, nil
}

// arguments reads what follows a command's letter.
func (r *scriptReader) arguments(e *edit) (err error) {
	switch e.do {
	case '{':
		r.blocks = append(r.blocks, len(r.edits)-1)
	case '}':
		if n := len(r.blocks); n > 0 {
			r.edits[r.blocks[n-1]].jump = len(r.edits) - 1
			r.blocks = r.blocks[:n-1]
		}
	case '#':
		_, r.text, _ = strings.Cut(r.text, "\n")
		e.do = '}'
	case 'd', 'D', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'q', 'x', '=':
	case 'l':
		return errors.New("the command l: not supported by the sandbox")
	case 'a', 'i', 'c':
		e.text = r.block()
	case 'b', 't', 'T', ':':
		end := strings.IndexAny(r.text+"\n", ";\n")
		e.text = strings.TrimSpace(r.text[:min(end, len(r.text))])
		r.text = r.text[min(end, len(r.text)):]
		if e.do == ':' {
			r.labels[e.text] = len(r.edits) - 1
			e.do = '}'
		}
	case 'r', 'w':
		e.text, r.text, _ = strings.Cut(r.text, "\n")
		if e.text = strings.TrimSpace(e.text); e.text == "" {
			return errors.New("empty filename")
		}
		if e.do == 'w' {
			return r.output(e, e.text)
		}
	case 's', 'y':
		return r.substitution(e)
	default:
		return fmt.Errorf("unsupported command %c", e.do)
	}
	return nil
}
