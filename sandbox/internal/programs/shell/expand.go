package shell

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/arith"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
)

// expansion turns the parts of words into fields.
type expansion struct {
	*fields
	s     *shell
	whole bool // nothing is split
	// colons says that a tilde behind a colon counts, as in PATH=~/a:~/b.
	colons bool
}

func (s *shell) expansion(whole bool) *expansion {
	ifs, ok := s.get("IFS")
	if !ok {
		ifs = " \t\n"
	}
	return &expansion{fields: &fields{ifs: ifs, hold: s.hold}, s: s, whole: whole}
}

// fields are the arguments that words become.
func (s *shell) fields(words []*parse.Word) ([]string, error) {
	var out []string
	for _, word := range words {
		if text, ok := word.Plain(); ok && text != "" && !strings.ContainsAny(text, `*?[~\`) {
			out = append(out, text)
			continue
		}
		e := s.expansion(false)
		if err := e.parts(word.Parts, true); err != nil {
			return nil, err
		}
		e.end()
		for i := range e.done {
			names, err := s.glob(e.done[i].text.String(), e.done[i].pattern.String())
			if err != nil {
				return nil, err
			}
			out = append(out, names...)
		}
	}
	return out, nil
}

// text is a word as one text, without its quotes.
func (s *shell) text(word *parse.Word) (string, error) {
	return s.plain(word, false)
}

// plain is text; colons says that a tilde behind a colon counts.
func (s *shell) plain(word *parse.Word, colons bool) (string, error) {
	if word == nil {
		return "", nil
	}
	e := s.expansion(true)
	e.colons, e.plain = colons, true
	err := e.parts(word.Parts, true)
	return e.now.text.String(), err
}

// pattern is a word as a pattern.
func (s *shell) pattern(word *parse.Word) (string, error) {
	if word == nil {
		return "", nil
	}
	e := s.expansion(true)
	err := e.parts(word.Parts, true)
	return e.now.pattern.String(), err
}

// parts appends the parts of a word; literal says that its plain text is part of
// the script, and so is not split.
func (e *expansion) parts(parts []parse.Part, literal bool) (err error) {
	for i, part := range parts {
		switch n := part.(type) {
		case *parse.Lit:
			e.lit(n, parts[i+1:], i == 0, literal)
		case *parse.Param:
			err = e.param(n)
		case *parse.Subst:
			var out string
			if out, err = e.s.substitute(n.Body); err == nil {
				e.value(out, n.Quoted)
			}
		case *parse.Arith:
			var number int64
			if number, err = e.s.arithmetic(n.Text); err == nil {
				e.value(strconv.FormatInt(number, 10), n.Quoted)
			}
		}
		if e.broken {
			return errDead
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *expansion) lit(n *parse.Lit, rest []parse.Part, first, literal bool) {
	switch {
	case n.Quoted && n.Text == "" && allParameters(rest):
		return // "$@" is nothing where there are none.
	case n.Quoted:
		e.add(n.Text, true)
		return
	}
	text := n.Text
	if literal {
		text = e.tildes(text, first, len(rest) == 0)
		e.add(text, false)
		return
	}
	e.value(text, false)
}

func allParameters(rest []parse.Part) bool {
	if len(rest) == 0 {
		return false
	}
	n, ok := rest[0].(*parse.Param)
	return ok && n.Quoted && n.Name == "@"
}

// tildes expands "~" at the beginning, and after colons where they count. The
// home folder should not be a pattern, but none has a star in its name.
func (e *expansion) tildes(text string, first, last bool) string {
	if !strings.Contains(text, "~") {
		return text
	}
	items := []string{text}
	if e.colons {
		items = strings.Split(text, ":")
	}
	for i, item := range items {
		if user, ok := strings.CutPrefix(item, "~"); ok && (first || i > 0) {
			user, rest, slash := strings.Cut(user, "/")
			if !slash && !last && i == len(items)-1 {
				continue // quoted text follows the name
			}
			if home, ok := e.s.home(user); ok {
				if items[i] = home; slash {
					items[i] = strings.TrimSuffix(home, "/") + "/" + rest
				}
			}
		}
	}
	return strings.Join(items, ":")
}

// value appends the result of an expansion.
func (e *expansion) value(text string, quoted bool) {
	if quoted || e.whole {
		e.add(text, quoted)
		return
	}
	e.split(text)
}

// arithmetic works an expression out.
func (s *shell) arithmetic(word *parse.Word) (int64, error) {
	text, err := s.text(word)
	if err != nil {
		return 0, err
	}
	return s.calculate(text)
}

func (s *shell) calculate(text string) (int64, error) {
	n, err := arith.Eval(text, s)
	if flow, ok := errors.AsType[flow](err); ok {
		return 0, flow
	}
	if err != nil {
		return 0, s.fault("%v", err)
	}
	return n, nil
}

// substitute runs a command and returns its output, without trailing newlines.
func (s *shell) substitute(body parse.Command) (string, error) {
	if s.substituted = 0; body == nil {
		return "", nil
	}
	r, w := stream.Pipe()
	defer r.Close()
	child, err := s.fork(map[int]*stream.File{1: w}, func(c *shell) error {
		c.options['e'] = false
		return c.eval(body, isLast)
	})
	w.Close()
	if err != nil {
		return "", err
	}
	out, err := s.gather(r)
	if err != nil {
		return "", err
	}
	if err := s.await(child); err != nil {
		return "", err
	}
	s.substituted, _ = child.Exit()
	return strings.TrimRight(out, "\n"), nil
}

// gather reads all output of a command, as much as the container may hold.
func (s *shell) gather(r *stream.File) (string, error) {
	var out strings.Builder
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(s.ctx, buf)
		for _, b := range buf[:n] {
			if b != 0 {
				out.WriteByte(b)
			}
		}
		if err := s.hold(int64(out.Len())); err != nil {
			return "", err
		}
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", errDead
		}
	}
}
