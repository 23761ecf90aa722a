package parse

import (
	"errors"
	"io"
	"strings"
)

// Parser reads commands from a source.
type Parser struct {
	// Alias returns the text of an alias; it may be nil.
	Alias func(name string) (string, bool)

	in      *input
	back    *token
	waiting []document
	depth   int
	// blank says that an alias ended with a blank: the next word may be one too.
	blank bool
}

// document is a here-document whose text is still to come.
type document struct {
	of    *Redir
	strip bool
}

// New reads from a source whose first line has this number.
func New(source Source, line int) *Parser {
	return &Parser{in: &input{source: source, number: line}}
}

// Line is the number of the line that is being read.
func (p *Parser) Line() int { return p.in.number }

// mostNested is how deep commands may be nested: each level takes stack of this
// process, which cannot recover from running out of it.
const mostNested = 1000

// nest limits how deep the parser goes.
func (p *Parser) nest(read func() error) error {
	if p.depth++; p.depth > mostNested {
		return p.unsupported("nesting this deep")
	}
	err := read()
	p.depth--
	return err
}

// broken is the error that ended the input, if it was not its end.
func (p *Parser) broken() error {
	if p.in.ended == nil || errors.Is(p.in.ended, io.EOF) {
		return nil
	}
	return p.in.ended
}

func (p *Parser) orBroken(err error) error {
	if broken := p.broken(); broken != nil {
		return broken
	}
	return err
}

// Next reads one line's commands. It is nil for an empty line; the error is
// io.EOF at the end, *Error for a fault, or the source's own.
func (p *Parser) Next() (Command, error) {
	p.back, p.waiting, p.depth = nil, nil, 0
	p.in.more = false
	t, err := p.token(0)
	switch {
	case err != nil:
		return nil, err
	case t.kind == tEOF:
		return nil, io.EOF
	case t.kind == tNL:
		return nil, nil //nolint:nilnil // an empty line is no command and no fault
	}
	p.unread(t)
	return p.list(true)
}

// AtEnd reports whether nothing follows.
func (p *Parser) AtEnd() bool { return p.in.peek() == eof }

// Skip drops the rest of the current line.
func (p *Parser) Skip() {
	p.in.stack = nil
	p.in.at = len(p.in.line)
}

// closers end a list.
func closer(k kind) bool {
	switch k {
	case tEOF, ")", ";;", "do", "done", "elif", "else", "esac", "fi", "then", "}":
		return true
	}
	return false
}

// list reads commands up to what ends them, which it leaves; in a line up to the
// end of the line.
func (p *Parser) list(line bool) (Command, error) {
	var all []Command
	as := asKeyword | asAlias
	if !line {
		as |= skipNewlines
	}
	for {
		t, err := p.token(as)
		if err != nil {
			return nil, err
		}
		if t.kind == tNL || line && t.kind == tEOF {
			return join(all), p.documents()
		}
		p.unread(t)
		if !line && closer(t.kind) {
			return join(all), p.documents()
		}
		c, err := p.andOr()
		if err != nil {
			return nil, err
		}
		if t, err = p.token(0); err != nil {
			return nil, err
		}
		if t.kind == "&" {
			c = &Background{c}
		}
		all = append(all, c)
		switch {
		case t.kind == tNL || t.kind == tEOF:
			p.unread(t)
		case t.kind == "&" || t.kind == ";":
		case line:
			return nil, p.unexpected(t, "")
		default:
			p.unread(t)
			return join(all), nil
		}
	}
}

func join(all []Command) Command {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return &List{all}
}

func (p *Parser) andOr() (Command, error) {
	left, err := p.pipe()
	for err == nil {
		var t token
		if t, err = p.token(0); err != nil {
			break
		}
		if t.kind != "&&" && t.kind != "||" {
			p.unread(t)
			return left, nil
		}
		p.in.more = true
		var right Command
		if right, err = p.afterOperator(p.pipe); err == nil {
			left = &AndOr{left, right, t.kind == "||"}
		}
	}
	return nil, err
}

// afterOperator reads a command that may begin on a further line.
func (p *Parser) afterOperator(read func() (Command, error)) (Command, error) {
	t, err := p.token(asKeyword | asAlias | skipNewlines)
	if err != nil {
		return nil, err
	}
	p.unread(t)
	return read()
}

func (p *Parser) pipe() (Command, error) {
	t, err := p.token(asKeyword | asAlias)
	if err != nil {
		return nil, err
	}
	negated := t.kind == "!"
	if !negated {
		p.unread(t)
	}
	first, err := p.command()
	if err != nil {
		return nil, err
	}
	all := []Command{first}
	for {
		if t, err = p.token(0); err != nil {
			return nil, err
		}
		if t.kind != "|" {
			p.unread(t)
			break
		}
		c, err := p.afterOperator(p.command)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	c := all[0]
	if len(all) > 1 {
		c = &Pipe{all}
	}
	if negated {
		c = &Not{c}
	}
	return c, nil
}

// documents reads the here-documents that wait behind a line.
func (p *Parser) documents() error {
	waiting := p.waiting
	p.waiting = nil
	for _, d := range waiting {
		if err := p.document(d); err != nil {
			return err
		}
	}
	return nil
}

func (p *Parser) document(d document) error {
	var end strings.Builder
	quoted := false
	for _, part := range d.of.Word.Parts {
		lit, ok := part.(*Lit)
		if !ok {
			return p.unsupported("an expansion in a here-document's delimiter")
		}
		quoted = quoted || lit.Quoted
		end.WriteString(lit.Text)
	}
	var text strings.Builder
	first := p.in.number
	for {
		line, ok := p.rawLine()
		if d.strip {
			line = strings.TrimLeft(line, "\t")
		}
		if strings.TrimSuffix(line, "\n") == end.String() || !ok && line == "" {
			break
		}
		text.WriteString(line)
	}
	if quoted {
		d.of.Body = &Word{[]Part{&Lit{text.String(), true}}}
		return p.broken()
	}
	inner := &Parser{in: &input{source: Text(text.String()), number: first}, Alias: p.Alias, depth: p.depth}
	parts, err := inner.double(untilEnd)
	d.of.Body = &Word{parts}
	if err != nil {
		return err
	}
	return p.broken()
}

// rawLine takes a line as it is, and reports whether it was there.
func (p *Parser) rawLine() (string, bool) {
	var line strings.Builder
	for {
		c := p.in.next()
		if c == eof {
			return line.String(), false
		}
		line.WriteByte(byte(c))
		if c == '\n' {
			return line.String(), true
		}
	}
}
