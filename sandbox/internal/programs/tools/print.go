package tools

import (
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
)

func printApplets() map[string]applet {
	return map[string]applet{
		"echo":     {run: echo, raw: true},
		"printf":   {run: printf, raw: true, usage: "FORMAT [ARG]..."},
		"basename": {run: basename, flags: "+as:", usage: "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...", least: 1},
		"dirname":  {run: dirname, usage: "FILENAME", least: 1, most: 1},
		"expr":     {run: expr, raw: true, usage: "EXPRESSION"},
		"seq":      {run: seq, flags: "+ws:", usage: "[-w] [-s SEP] [FIRST [INC]] LAST", least: 1, most: 3},
		"clear":    {run: clearScreen, raw: true, usage: " "},
		"reset":    {run: clearScreen, raw: true, usage: " "},
		"pwd":      {run: func(c *command) int { c.printf("%s\n", c.Dir); return 0 }, raw: true},
		"true":     {run: func(*command) int { return 0 }, raw: true},
		"false":    {run: func(*command) int { return 1 }, raw: true},
		"sync":     {run: func(*command) int { return 0 }, raw: true},
	}
}

func clearScreen(c *command) int {
	c.printf("\x1b[H\x1b[J")
	return 0
}

func echo(c *command) int {
	end, escapes := "\n", false
	for len(c.rest) > 0 && len(c.rest[0]) > 1 && c.rest[0][0] == '-' && strings.Trim(c.rest[0][1:], "neE") == "" {
		for _, flag := range c.rest[0][1:] {
			switch flag {
			case 'n':
				end = ""
			default:
				escapes = flag == 'e'
			}
		}
		c.rest = c.rest[1:]
	}
	text := strings.Join(c.rest, " ")
	if escapes {
		var stop bool
		if text, stop = escaped(text, true); stop {
			end = ""
		}
	}
	if _, err := io.WriteString(c.Stdout, text+end); err != nil {
		if !quiet(err) {
			c.fail("write error: %s", reason(err))
		}
		return 1
	}
	return 0
}

// escaped replaces a text's escapes. stop says that \c ended it. zero says that an
// octal number may have a 0 before it, as in echo.
func escaped(text string, zero bool) (out string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		if text[i+1] == 'c' {
			return b.String(), true
		}
		n, length := escape(text[i+1:], zero)
		if length == 0 {
			b.WriteByte('\\')
			continue
		}
		b.WriteByte(n)
		i += length
	}
	return b.String(), false
}

// escape is the byte that stands behind a backslash, and how long that is written, 0
// when it is no escape.
func escape(text string, zero bool) (b byte, length int) {
	if at := strings.IndexByte(`abfnrtv\e`, text[0]); at >= 0 {
		return "\a\b\f\n\r\t\v\\\x1b"[at], 1
	}
	digits, base, from, most := "01234567", 8, 0, 3
	switch {
	case text[0] == 'x':
		digits, base, from, most = "0123456789abcdefABCDEF", 16, 1, 2
	case text[0] == '0' && zero:
		from = 1
	}
	end := from
	for end < len(text) && end-from < most && strings.IndexByte(digits, text[end]) >= 0 {
		end++
	}
	if end == from {
		return 0, from * truth(base == 8) // "\0" alone is a NUL
	}
	n, _ := strconv.ParseUint(text[from:end], base, 16) // few digits
	return byte(n), end
}

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
	verb := "%"
	for end < len(f) && strings.IndexByte("-+ #0123456789.*hlLjzt", f[end]) >= 0 {
		switch f[end] {
		case '*':
			n, _ := strconv.Atoi(p.arg())
			verb += strconv.Itoa(n)
		case 'h', 'l', 'L', 'j', 'z', 't':
		default:
			verb += f[end : end+1]
		}
		end++
	}
	if width, precision, _ := strings.Cut(strings.TrimLeft(verb[1:], "-+ #0"), "."); tooWide(width) || tooWide(precision) {
		p.code = p.fail("a field so wide: not supported by the sandbox")
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

func basename(c *command) int {
	names, suffix := c.rest, c.value('s')
	if !c.any("as") {
		if len(names) > 2 {
			return c.misuse()
		}
		if len(names) == 2 {
			suffix = names[1]
		}
		names = names[:1]
	}
	for _, name := range names {
		if name != "" {
			name = path.Base(name)
		}
		if name != suffix {
			name = strings.TrimSuffix(name, suffix)
		}
		c.printf("%s\n", name)
	}
	return 0
}

func dirname(c *command) int {
	name := strings.TrimRight(c.rest[0], "/")
	if name == "" && strings.HasPrefix(c.rest[0], "/") {
		name = "/"
	}
	c.printf("%s\n", path.Dir(name))
	return 0
}

// seq counts. The numbers have as many decimals as the longest argument.
func seq(c *command) int {
	decimals, width := 0, 0
	numbers := make([]float64, len(c.rest))
	for i, arg := range c.rest {
		n, err := strconv.ParseFloat(arg, 64)
		if err != nil || math.IsNaN(n) {
			return c.misuse()
		}
		numbers[i] = n
		if _, fraction, ok := strings.Cut(arg, "."); ok && !strings.ContainsAny(arg, "eE") {
			decimals = max(decimals, len(fraction))
		}
	}
	first, step, last := 1.0, 1.0, numbers[len(numbers)-1]
	if len(numbers) > 1 {
		first = numbers[0]
	}
	if len(numbers) > 2 {
		step = numbers[1]
	}
	decimals = min(decimals, 64)
	show := func(n float64) string { return strconv.FormatFloat(n, 'f', decimals, 64) }
	if c.has('w') {
		width = max(len(show(first)), len(show(last)))
	}
	separator := "\n"
	if c.has('s') {
		separator = c.value('s')
	}
	printed := false
	for i := 0.0; c.ctx.Err() == nil; i++ {
		n := first + i*step
		if step >= 0 && n > last || step < 0 && n < last {
			break
		}
		text := show(n)
		if sign := strings.HasPrefix(text, "-"); len(text) < width {
			text = strings.Repeat("-", truth(sign)) + strings.Repeat("0", width-len(text)) + text[truth(sign):]
		}
		if printed {
			text = separator + text
		}
		if !c.printf("%s", text) {
			return 1
		}
		printed = true
	}
	if printed {
		c.printf("\n")
	}
	return 0
}
