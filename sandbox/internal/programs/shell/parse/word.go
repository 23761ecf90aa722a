package parse

import (
	"strings"
)

// until says where a word ends.
type until int

const (
	untilMeta  until = iota // at a blank or an operator
	untilQuote              // at a double quote
	untilBrace              // at a closing brace
	untilSlash              // at a slash or a closing brace
	untilColon              // at a colon or a closing brace
	untilEnd                // at the end of the text
)

// builder joins what is read to the parts of a word.
type builder struct {
	parts []Part
	text  strings.Builder
}

func (b *builder) add(c int) { b.text.WriteByte(byte(c)) }

func (b *builder) flush(quoted bool) {
	if b.text.Len() > 0 {
		b.parts = append(b.parts, &Lit{b.text.String(), quoted})
		b.text.Reset()
	}
}

func (b *builder) part(p Part, quoted bool) {
	b.flush(quoted)
	b.parts = append(b.parts, p)
}

// word reads a word outside double quotes.
func (p *Parser) word(end until) (*Word, error) {
	var b builder
	for {
		c := p.in.peek()
		if p.ends(c, end) {
			b.flush(false)
			return &Word{b.parts}, p.broken()
		}
		if err := p.piece(&b, c); err != nil {
			return nil, err
		}
	}
}

func (p *Parser) ends(c int, end until) bool {
	switch end {
	case untilMeta:
		return c == eof || strings.IndexByte(" \t\n;&|<>()", byte(c)) >= 0
	case untilSlash:
		return c == eof || c == '}' || c == '/'
	case untilColon:
		return c == eof || c == '}' || c == ':'
	}
	return c == eof || c == '}'
}

// piece reads one piece of an unquoted word.
func (p *Parser) piece(b *builder, c int) error {
	p.in.next()
	switch c {
	case '\\':
		switch next := p.in.next(); next {
		case '\n':
		case eof:
			b.add('\\')
		default:
			b.part(&Lit{string(byte(next)), true}, false)
		}
	case '\'':
		text, err := p.single()
		if err != nil {
			return err
		}
		b.part(&Lit{text, true}, false)
	case '"':
		parts, err := p.double(untilQuote)
		if err != nil {
			return err
		}
		b.flush(false)
		b.parts = append(b.parts, parts...)
	case '$':
		return p.dollar(b, false)
	case '`':
		return p.backquote(b, false)
	default:
		b.add(c)
	}
	return nil
}

// single reads up to a single quote.
func (p *Parser) single() (string, error) {
	var text strings.Builder
	for {
		switch c := p.in.next(); c {
		case '\'':
			return text.String(), nil
		case eof:
			return "", p.orBroken(p.fault("unterminated quoted string"))
		default:
			text.WriteByte(byte(c))
		}
	}
}

// double reads up to a double quote, or in the manner of one up to what else ends
// it. What it returns is never empty.
func (p *Parser) double(end until) ([]Part, error) {
	var b builder
	b.parts = append(b.parts, &Lit{"", true})
	open := false
	for {
		c := p.in.peek()
		switch {
		case c == eof && end == untilEnd, end > untilQuote && end < untilEnd && p.ends(c, end) && c != eof:
			b.flush(true)
			return b.parts, p.broken()
		case c == eof && end == untilQuote:
			return nil, p.orBroken(p.fault("unterminated quoted string"))
		case c == eof && open:
			return nil, p.orBroken(p.fault("unterminated quoted string"))
		case c == eof:
			return nil, p.orBroken(p.fault("missing '}'"))
		}
		p.in.next()
		open = open != (c == '"')
		if c == '"' && end == untilQuote {
			b.flush(true)
			return b.parts, nil
		}
		if err := p.quotedPiece(&b, c, end); err != nil {
			return nil, err
		}
	}
}

func (p *Parser) quotedPiece(b *builder, c int, end until) error {
	switch c {
	case '\\':
		next := p.in.peek()
		switch {
		case next == '\n':
			p.in.next()
		case next == '$' || next == '`' || next == '\\' || next == '"' && end != untilEnd || next == '}' && end == untilBrace:
			b.add(p.in.next())
		default:
			b.add('\\')
		}
	case '"':
		if end == untilEnd {
			b.add(c)
		} // Else it is a quote inside "${x:-"a"}", which changes nothing.
	case '$':
		return p.dollar(b, true)
	case '`':
		return p.backquote(b, true)
	default:
		b.add(c)
	}
	return nil
}

// dollar reads what follows "$".
func (p *Parser) dollar(b *builder, quoted bool) error {
	c := p.in.peek()
	switch {
	case c == '(' && p.in.second() == '(':
		return p.nest(func() error { return p.arithmetic(b, quoted) })
	case c == '(':
		return p.nest(func() error { return p.substitution(b, quoted) })
	case c == '{':
		return p.nest(func() error { return p.parameter(b, quoted) })
	case c == '\'' && !quoted:
		p.in.next()
		text, err := p.escapes()
		if err != nil {
			return err
		}
		b.part(&Lit{text, true}, false)
	case c != eof && nameByte(byte(c), true):
		b.part(&Param{Name: p.name(), Quoted: quoted}, quoted)
	case c != eof && special(byte(c)):
		p.in.next()
		b.part(&Param{Name: string(byte(c)), Quoted: quoted}, quoted)
	default:
		b.add('$')
	}
	return nil
}

func special(c byte) bool { return digit(c) || strings.IndexByte("@*#?-$!", c) >= 0 }

func (p *Parser) name() string {
	var name strings.Builder
	for c := p.in.peek(); c != eof && nameByte(byte(c), name.Len() == 0); c = p.in.peek() {
		name.WriteByte(byte(p.in.next()))
	}
	return name.String()
}

// arithmetic reads "((TEXT))".
func (p *Parser) arithmetic(b *builder, quoted bool) error {
	p.in.next()
	p.in.next()
	var text builder
	for depth := 0; ; {
		c := p.in.next()
		switch {
		case c == eof:
			return p.orBroken(p.fault("missing '))'"))
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ')':
			if p.in.take(')') {
				text.flush(true)
				b.part(&Arith{&Word{text.parts}, quoted}, quoted)
				return nil
			}
			return p.fault("missing '))'")
		}
		if err := p.quotedPiece(&text, c, untilEnd); err != nil { // quotes are not taken off
			return err
		}
	}
}

// substitution reads "(COMMAND)".
func (p *Parser) substitution(b *builder, quoted bool) error {
	p.in.next()
	inner := &Parser{in: p.in, Alias: p.Alias, depth: p.depth}
	body, err := inner.list(false)
	if err != nil {
		return err
	}
	t, err := inner.token(asKeyword)
	if err != nil {
		return err
	}
	if t.kind != ")" {
		return inner.unexpected(t, ")")
	}
	if err := inner.documents(); err != nil {
		return err
	}
	b.part(&Subst{body, quoted}, quoted)
	return nil
}

// backquote reads "`COMMAND`". What follows a command in it that is no command is
// lost, as in ash.
func (p *Parser) backquote(b *builder, quoted bool) error {
	var text strings.Builder
	for {
		c := p.in.next()
		if c == '`' {
			break
		}
		if c == '\\' {
			next := p.in.peek()
			if next == '\n' {
				p.in.next()
				continue
			}
			if next == '\\' || next == '`' || next == '$' || next == '"' && quoted {
				c = p.in.next()
			}
		}
		if c == eof {
			return p.orBroken(p.fault("EOF in backquote substitution"))
		}
		text.WriteByte(byte(c))
	}
	return p.nest(func() error {
		inner := &Parser{in: &input{source: Text(text.String()), number: p.in.number}, Alias: p.Alias, depth: p.depth}
		body, err := inner.list(false)
		if err != nil {
			return err
		}
		b.part(&Subst{body, quoted}, quoted)
		return nil
	})
}
