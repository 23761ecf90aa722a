package parse

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// parameter reads "{NAME...}".
func (p *Parser) parameter(b *builder, quoted bool) error {
	p.in.next()
	n := &Param{Quoted: quoted}
	if p.in.peek() == '#' && p.in.second() != '}' {
		p.in.next()
		n.Op = "len"
	}
	if err := p.parameterName(n); err != nil {
		return err
	}
	if n.Op == "" {
		if err := p.operator(n); err != nil {
			return err
		}
	}
	switch c := p.in.next(); c {
	case '}':
		b.part(n, quoted)
		return nil
	case eof:
		return p.orBroken(p.fault("missing '}'"))
	}
	return p.fault("bad substitution")
}

// parameterName reads the name; "${#-x}" and its like are of "$#".
func (p *Parser) parameterName(n *Param) error {
	c := p.in.peek()
	switch {
	case c == eof:
		return p.orBroken(p.fault("missing '}'"))
	case nameByte(byte(c), true):
		n.Name = p.name()
	case digit(byte(c)):
		for c := p.in.peek(); c != eof && digit(byte(c)); c = p.in.peek() {
			n.Name += string(byte(p.in.next()))
		}
	case n.Op == "len" && p.in.second() != '}':
		n.Op, n.Name = "", "#"
	case special(byte(c)):
		n.Name = string(byte(p.in.next()))
	default:
		return p.fault("bad substitution")
	}
	return nil
}

// operator reads what is made of a parameter.
func (p *Parser) operator(n *Param) (err error) {
	c := p.in.peek()
	switch {
	case c == ':' && strings.IndexByte("-=?+", byte(p.in.second())) < 0:
		p.in.next()
		return p.slice(n)
	case c == ':':
		p.in.next()
		n.Colon = true
		n.Op = string(byte(p.in.next()))
	case c == '-' || c == '=' || c == '?' || c == '+':
		n.Op = string(byte(p.in.next()))
	case c == '#' || c == '%':
		n.Op = string(byte(p.in.next()))
		if p.in.take(byte(c)) {
			n.Op += n.Op
		}
		n.Arg, err = p.word(untilBrace) // quotes around it do not count
		return err
	case c == '/':
		return p.replacement(n)
	default:
		return nil
	}
	n.Arg, err = p.argument(untilBrace, n.Quoted)
	return err
}

func (p *Parser) argument(end until, quoted bool) (*Word, error) {
	if !quoted {
		return p.word(end)
	}
	parts, err := p.double(end)
	return &Word{parts}, err
}

// slice reads "OFFSET:LENGTH".
func (p *Parser) slice(n *Param) (err error) {
	n.Op = ":"
	if n.Arg, err = p.word(untilColon); err != nil {
		return err
	}
	if p.in.take(':') {
		n.Second, err = p.word(untilBrace)
	}
	return err
}

// replacement reads "PATTERN/TEXT".
func (p *Parser) replacement(n *Param) (err error) {
	p.in.next()
	n.Op = "/"
	if p.in.take('/') {
		n.Op = "//"
	}
	if n.Arg, err = p.word(untilSlash); err != nil {
		return err
	}
	if p.in.take('/') {
		n.Second, err = p.argument(untilBrace, n.Quoted)
	}
	return err
}

// escapes reads the rest of "$'TEXT'".
func (p *Parser) escapes() (string, error) {
	var text strings.Builder
	for {
		c := p.in.next()
		switch c {
		case '\'':
			return text.String(), nil
		case eof:
			return "", p.orBroken(p.fault("unterminated quoted string"))
		case '\\':
			p.escape(&text)
		default:
			text.WriteByte(byte(c))
		}
	}
}

func (p *Parser) escape(text *strings.Builder) {
	c := p.in.peek()
	if c == eof {
		return
	}
	if at := strings.IndexByte(`abefnrtv\'"?`, byte(c)); at >= 0 {
		p.in.next()
		text.WriteByte("\a\b\x1b\f\n\r\t\v\\'\"?"[at])
		return
	}
	base, most := 0, 0
	switch {
	case c >= '0' && c <= '7':
		base, most = 8, 3
	case c == 'x':
		base, most = 16, 2
	case c == 'u':
		base, most = 16, 4
	}
	if base == 0 {
		text.WriteByte('\\')
		return
	}
	if base == 16 {
		p.in.next()
	}
	digits := ""
	for len(digits) < most {
		d := p.in.peek()
		if _, err := strconv.ParseUint(string(rune(max(d, 0))), base, 8); err != nil {
			break
		}
		digits += string(byte(p.in.next()))
	}
	value, err := strconv.ParseUint(digits, base, 32)
	switch {
	case err != nil:
		text.WriteString(`\` + string(byte(c)))
	case most == 4:
		text.Write(utf8.AppendRune(nil, rune(value)))
	default:
		text.WriteByte(byte(value))
	}
}
