package conf

import "fmt"

// ending is what ended the words of a statement.
type ending int

const (
	terminated ending = iota // ;
	opening                  // {
	closing                  // }
	endOfFile
)

// lexer splits a file into words, state by state, as ngx_conf_read_token does.
type lexer struct {
	file string
	text []byte
	pos  int
	line int
}

func (l *lexer) faultf(format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), File: l.file, Line: l.line}
}

// next returns the words of the next statement and what ended them. There are
// words for terminated and opening, and none for the other two.
func (l *lexer) next() (words []string, end ending, err error) {
	for {
		c, ok := l.skip()
		switch {
		case !ok && len(words) > 0:
			return nil, 0, l.faultf(`unexpected end of file, expecting ";" or "}"`)
		case !ok:
			return nil, endOfFile, nil
		case (c == ';' || c == '{') && len(words) == 0, c == '}' && len(words) > 0:
			return nil, 0, l.faultf(`unexpected "%c"`, c)
		case c == ';':
			l.pos++
			return words, terminated, nil
		case c == '{':
			l.pos++
			return words, opening, nil
		case c == '}':
			l.pos++
			return nil, closing, nil
		}
		word, err := l.word(c)
		if err != nil {
			return nil, 0, err
		}
		words = append(words, word)
	}
}

// skip passes blanks and comments and returns the byte after them.
func (l *lexer) skip() (byte, bool) {
	comment := false
	for ; l.pos < len(l.text); l.pos++ {
		c := l.text[l.pos]
		switch {
		case c == '\n':
			l.line++
			comment = false
		case comment || blank(c):
		case c == '#':
			comment = true
		default:
			return c, true
		}
	}
	return 0, false
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// word reads one word that begins at pos with c.
func (l *lexer) word(c byte) (string, error) {
	if c == '"' || c == '\'' {
		return l.quoted(c)
	}
	start, variable := l.pos, false
	for ; l.pos < len(l.text); l.pos++ {
		c := l.text[l.pos]
		switch {
		case c == '\\':
			l.pos++
			if l.pos < len(l.text) && l.text[l.pos] == '\n' {
				l.line++
			}
		case c == '$':
			variable = true
			continue
		case c == '{' && variable:
			// ${name} is part of the word, and so is its closing brace.
		case blank(c), c == ';', c == '{':
			return unescape(l.text[start:l.pos]), nil
		}
		variable = false
	}
	return "", l.faultf(`unexpected end of file, expecting ";" or "}"`)
}

// quoted reads a quoted word and sees that a blank or an end follows it.
func (l *lexer) quoted(quote byte) (string, error) {
	l.pos++
	for start := l.pos; l.pos < len(l.text); l.pos++ {
		switch c := l.text[l.pos]; c {
		case '\n':
			l.line++
		case '\\':
			l.pos++
			if l.pos < len(l.text) && l.text[l.pos] == '\n' {
				l.line++
			}
		case quote:
			word := unescape(l.text[start:l.pos])
			l.pos++
			if l.pos < len(l.text) {
				if c := l.text[l.pos]; !blank(c) && c != ';' && c != '{' && c != ')' {
					return "", l.faultf(`unexpected "%c"`, c)
				}
			}
			return word, nil
		}
	}
	return "", l.faultf(`unexpected end of file, expecting ";" or "}"`)
}

// unescape drops the backslash before quotes and itself and knows \t, \r and
// \n; before anything else the backslash stays, for regular expressions.
func unescape(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			continue
		}
		switch next := raw[i+1]; next {
		case '"', '\'', '\\':
			out = append(out, next)
			i++
		case 't':
			out = append(out, '\t')
			i++
		case 'r':
			out = append(out, '\r')
			i++
		case 'n':
			out = append(out, '\n')
			i++
		default:
			out = append(out, '\\')
		}
	}
	return string(out)
}
