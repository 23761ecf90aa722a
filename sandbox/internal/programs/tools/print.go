package tools

import (
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

// escape is the byte after a backslash, and how long that is written, 0
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
