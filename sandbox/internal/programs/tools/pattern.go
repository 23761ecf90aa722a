package tools

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
)

// compile makes a regular expression of a POSIX pattern, basic or extended. It
// matches the leftmost longest text, as the C library's do.
func compile(pattern string, extended, fold bool) (*regexp.Regexp, error) {
	t := translator{in: pattern, extended: extended, start: true}
	if err := t.translate(); err != nil {
		return nil, err
	}
	text := t.out.String()
	if fold {
		text = "(?i:" + text + ")"
	}
	re, err := regexp.Compile("(?s:" + text + ")")
	if err != nil {
		return nil, posixError(err)
	}
	re.Longest()
	return re, nil
}

// posixError words an error in a pattern as the C library does.
func posixError(err error) error {
	fault, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return err
	}
	words := map[syntax.ErrorCode]string{
		syntax.ErrMissingParen: `Unmatched ( or \(`, syntax.ErrUnexpectedParen: `Unmatched ) or \)`,
		syntax.ErrMissingBracket: "Unmatched [, [^, [:, [., or [=", syntax.ErrInvalidCharRange: "Invalid range end",
		syntax.ErrMissingRepeatArgument: "Invalid preceding regular expression", syntax.ErrInvalidRepeatSize: `Invalid content of \{\}`,
		syntax.ErrInvalidCharClass: "Invalid character class name", syntax.ErrTrailingBackslash: "Trailing backslash",
		syntax.ErrInvalidRepeatOp: "Invalid preceding regular expression",
	}[fault.Code]
	if words == "" {
		return errors.New("a pattern this large: not supported by the sandbox")
	}
	return errors.New(words)
}

// translator writes a POSIX pattern as one of package regexp.
type translator struct {
	in       string
	at       int
	extended bool
	out      strings.Builder
	// start says that an expression begins here: "*" stands for itself, "^" is an
	// anchor.
	start bool
	// depth is how many groups are open; repeated that the last thing is repeated
	// already.
	depth    int
	repeated bool
}

func (t *translator) translate() error {
	for t.at < len(t.in) {
		if err := t.next(); err != nil {
			return err
		}
	}
	return nil
}

// atom writes something that may be repeated.
func (t *translator) atom(text string) {
	t.out.WriteString(text)
	t.start, t.repeated = false, false
}

func (t *translator) next() error {
	b := t.in[t.at]
	t.at++
	switch {
	case b == '\\':
		return t.escape()
	case b == '[':
		return t.class()
	case b == '.':
		t.atom(".")
	case b == '*' && t.start:
		if !t.extended {
			t.atom(`\*`)
		}
	case b == '*':
		t.repeat("*")
	case b == '^' && (t.start || t.extended):
		t.out.WriteString("^")
		t.start = true
	case b == '$' && (t.extended || t.ends()):
		t.atom("$")
	case t.extended && strings.IndexByte("+?|(){", b) >= 0:
		return t.operator(b)
	default:
		t.literal(b)
	}
	return nil
}

// literal writes a byte that stands for itself.
func (t *translator) literal(b byte) {
	t.atom("")
	if b < 0x80 {
		t.out.WriteString(regexp.QuoteMeta(string(rune(b))))
		return
	}
	t.out.WriteByte(b) // A part of a rune.
}

// ends says whether "$" ends an expression here, in a basic pattern.
func (t *translator) ends() bool {
	rest := t.in[t.at:]
	return rest == "" || strings.HasPrefix(rest, `\)`) || strings.HasPrefix(rest, `\|`)
}

func (t *translator) repeat(op string) {
	if !t.repeated {
		t.out.WriteString(op)
	}
	t.repeated = true
}

// operator is one of "+?|(){}" that means something.
func (t *translator) operator(b byte) error {
	switch b {
	case '(':
		t.depth++
		t.out.WriteByte(b)
		t.start = true
	case ')':
		if t.depth == 0 {
			if t.extended {
				t.atom(`\)`)
				return nil
			}
			return errors.New(`Unmatched ) or \)`) //nolint:staticcheck // the C library's own words
		}
		t.depth--
		t.atom(")")
	case '|':
		t.out.WriteByte(b)
		t.start, t.repeated = true, false
	case '{':
		return t.interval()
	default:
		if t.start {
			if !t.extended {
				t.atom(`\` + string(rune(b)))
			}
			return nil
		}
		t.repeat(string(rune(b)))
	}
	return nil
}

// interval is {2}, {2,} or {2,3}.
func (t *translator) interval() error {
	end, skip := strings.IndexByte(t.in[t.at:], '}'), 1
	if !t.extended {
		end, skip = strings.Index(t.in[t.at:], `\}`), 2
	}
	if end < 0 {
		if t.extended {
			t.atom(`\{`)
			return nil
		}
		return errors.New(`Unmatched \{`) //nolint:staticcheck // the C library's own words
	}
	text := t.in[t.at : t.at+end]
	if strings.Trim(text, "0123456789,") != "" || text == "" || strings.Count(text, ",") > 1 || t.start {
		if t.extended {
			t.atom(`\{`)
			return nil
		}
		return errors.New(`Invalid content of \{\}`) //nolint:staticcheck // as above
	}
	t.at += end + skip
	if strings.HasPrefix(text, ",") {
		text = "0" + text
	}
	if t.repeated {
		return errors.New("repeating a repetition: not supported by the sandbox")
	}
	t.repeat("{" + text + "}")
	return nil
}

func (t *translator) escape() error {
	if t.at == len(t.in) {
		return errors.New("Trailing backslash") //nolint:staticcheck // the C library's own words
	}
	b := t.in[t.at]
	t.at++
	switch {
	case b >= '1' && b <= '9':
		// Package regexp has none, because they can take unlimited time.
		return errors.New("back-references in a pattern: not supported by the sandbox")
	case !t.extended && strings.IndexByte("+?|(){", b) >= 0:
		return t.operator(b)
	case b == '<' || b == '>' || b == 'b':
		t.out.WriteString(`\b`)
	case b == 'B':
		t.out.WriteString(`\B`)
	case strings.IndexByte("wWsS", b) >= 0:
		t.atom(`\` + string(rune(b)))
	case b == 'n':
		t.atom(`\n`)
	case b == '`':
		t.out.WriteString(`\A`)
	case b == '\'':
		t.out.WriteString(`\z`)
	default:
		t.literal(b)
	}
	return nil
}

// class is a bracket expression, in which a backslash stands for itself.
func (t *translator) class() error {
	var out strings.Builder
	out.WriteByte('[')
	if strings.HasPrefix(t.in[t.at:], "^") {
		out.WriteByte('^')
		t.at++
	}
	for first := true; ; first = false {
		if t.at >= len(t.in) {
			return errors.New("Unmatched [, [^, [:, [., or [=") //nolint:staticcheck // the C library's own words
		}
		rest := t.in[t.at:]
		b := rest[0]
		t.at++
		switch {
		case b == ']' && !first:
			t.atom(out.String() + "]")
			return nil
		case b == '[' && len(rest) > 1 && strings.IndexByte(":.=", rest[1]) >= 0:
			end := strings.Index(rest[2:], rest[1:2]+"]")
			if end < 0 {
				return errors.New("Unmatched [, [^, [:, [., or [=") //nolint:staticcheck // as above
			}
			name := rest[2 : 2+end]
			t.at += end + 3
			if rest[1] == ':' {
				out.WriteString("[:" + name + ":]")
			} else {
				out.WriteString(regexp.QuoteMeta(name))
			}
		case strings.IndexByte(`\[]^&~`, b) >= 0:
			out.WriteString(`\` + string(rune(b)))
		default:
			out.WriteByte(b)
		}
	}
}
