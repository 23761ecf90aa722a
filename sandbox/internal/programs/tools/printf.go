package tools

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// printf prints its arguments by a format, which it uses again as long as there are
// arguments.
func printf(c *command) int {
	args := c.rest
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return c.misuse()
	}
	p := &printer{command: c, format: args[0], args: args[1:]}
	for {
		before := len(p.args)
		if p.once() || len(p.args) == 0 || len(p.args) == before || c.ctx.Err() != nil {
			break
		}
	}
	if _, err := io.WriteString(c.Stdout, p.out.String()); err != nil {
		return 1
	}
	if p.invalid != "" {
		return c.fail("%s: invalid format", p.invalid)
	}
	return p.code
}

// printer is one run of printf.
type printer struct {
	*command
	format  string
	args    []string
	out     strings.Builder
	code    int
	invalid string
}

func (p *printer) arg() string {
	if len(p.args) == 0 {
		return ""
	}
	text := p.args[0]
	p.args = p.args[1:]
	return text
}

// once prints the format one time. It reports that there is an end to it.
func (p *printer) once() (stop bool) {
	f := p.format
	for i := 0; i < len(f); i++ {
		switch {
		case f[i] == '\\' && i+1 < len(f):
			if f[i+1] == 'c' {
				return true
			}
			b, length := escape(f[i+1:], false)
			if length == 0 {
				b = '\\'
			}
			p.out.WriteByte(b)
			i += length
		case f[i] != '%':
			p.out.WriteByte(f[i])
		case i+1 < len(f) && f[i+1] == '%':
			p.out.WriteByte('%')
			i++
		default:
			end, stop := p.directive(i)
			if stop {
				return true
			}
			i = end
		}
	}
	return false
}

// widest is how wide a field may be.
const widest = 1 << 16

// directive prints one argument as "%-5d" says.
func (p *printer) directive(at int) (end int, stop bool) {
	f := p.format
	end = at + 1
	var spec strings.Builder
	spec.WriteByte('%')
	for end < len(f) && strings.IndexByte("-+ #0123456789.*hlLjzt", f[end]) >= 0 {
		switch f[end] {
		case '*':
			n, _ := strconv.Atoi(p.arg())
			spec.WriteString(strconv.Itoa(n))
		case 'h', 'l', 'L', 'j', 'z', 't':
		default:
			spec.WriteByte(f[end])
		}
		end++
	}
	verb := spec.String()
	if width, precision, _ := strings.Cut(strings.TrimLeft(verb[1:], "-+ #0"), "."); tooWide(width) || tooWide(precision) {
		p.code = p.fail("a field this wide: not supported by the sandbox")
		return end, true
	}
	letter := byte(0)
	if end < len(f) {
		letter = f[end]
	}
	switch letter {
	case 'd', 'i':
		n := p.integer(p.arg())
		p.number(verb, strings.Contains(verb, "."), "d", n)
	case 'u', 'o', 'x', 'X':
		go1 := map[byte]string{'u': "d", 'o': "o", 'x': "x", 'X': "X"}[letter]
		p.number(verb, strings.Contains(verb, "."), go1, uint64(p.integer(p.arg())))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		p.float(verb, letter)
	case 'c':
		text := p.arg()
		fmt.Fprintf(&p.out, verb+"s", text[:min(1, len(text))])
	case 's':
		fmt.Fprintf(&p.out, strings.ReplaceAll(verb, "0", "0")+"s", p.arg())
	case 'b':
		text, ended := escaped(p.arg(), true)
		fmt.Fprintf(&p.out, verb+"s", text)
		return end, ended
	default:
		p.invalid = verb + f[end:]
		return end, true
	}
	return end, false
}

func tooWide(text string) bool {
	n, err := strconv.Atoi(text)
	return text != "" && (err != nil || n > widest)
}

func (p *printer) number(verb string, precise bool, kind string, n any) {
	if precise { // C ignores zeros for padding then.
		sign, rest, _ := strings.Cut(verb[1:], ".")
		verb = "%" + strings.TrimLeft(sign, "0") + "." + rest
	}
	fmt.Fprintf(&p.out, verb+kind, n)
}

// integer reads a number as C writes it, or the code of a letter behind a quote.
func (p *printer) integer(text string) int64 {
	if len(text) > 1 && (text[0] == '\'' || text[0] == '"') {
		return int64(text[1])
	}
	trimmed := strings.TrimLeft(text, " \t\n")
	if strings.Contains(trimmed, "_") {
		trimmed = "x"
	}
	plain := strings.TrimPrefix(trimmed, "+")
	if lower := strings.ToLower(strings.TrimPrefix(plain, "-")); strings.HasPrefix(lower, "0b") || strings.HasPrefix(lower, "0o") {
		plain = "x"
	}
	n, err := strconv.ParseInt(plain, 0, 64)
	if err == nil {
		return n
	}
	if u, uerr := strconv.ParseUint(plain, 0, 64); uerr == nil {
		return int64(u) //nolint:gosec // as C does
	}
	p.code = p.fail("invalid number '%s'", text)
	return 0
}

func (p *printer) float(verb string, letter byte) {
	text := p.arg()
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil && !math.IsInf(n, 0) {
		p.code = p.fail("invalid number '%s'", text)
		n = 0
	}
	if letter == 'g' || letter == 'G' {
		p.out.WriteString(shortest(verb, letter, n))
		return
	}
	fmt.Fprintf(&p.out, verb+strings.Replace(string(rune(letter)), "F", "f", 1), n)
}

// shortest is C's %g, whose precision is 6 when it is not said.
func shortest(verb string, letter byte, n float64) string {
	if !strings.Contains(verb, ".") {
		verb += ".6"
	}
	return fmt.Sprintf(verb+string(rune(letter)), n)
}
