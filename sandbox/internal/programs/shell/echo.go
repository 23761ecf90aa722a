package shell

import (
	"strconv"
	"strings"
)

// echo is "echo [-neE] [WORD]...".
func echo(s *shell, n *call) error {
	args := n.args[1:]
	newline, escapes := true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	stop := false
	if escapes {
		text, stop = unescape(text, true)
	}
	if newline && !stop {
		text += "\n"
	}
	s.status = 0
	s.print(text)
	return nil
}

// unescape replaces backslashes and what follows them; stop says that "\c" ended
// the text. With zero, an octal number begins with a 0, and has up to three digits
// more.
func unescape(text string, zero bool) (out string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		c := text[i+1]
		if c == 'c' {
			return b.String(), true
		}
		if at := strings.IndexByte(`abefnrtv\`, c); at >= 0 {
			b.WriteByte("\a\b\x1b\f\n\r\t\v\\"[at])
			i += 2
			continue
		}
		value, length := escapeNumber(text[i+1:], zero)
		if length == 0 {
			b.WriteByte('\\')
			i++
			continue
		}
		b.WriteByte(value)
		i += 1 + length
	}
	return b.String(), false
}

// escapeNumber reads "x41", "101" or "0101" and says how long it was.
func escapeNumber(text string, zero bool) (byte, int) {
	base, from, most := 8, 0, 3
	switch {
	case text[0] == 'x':
		base, from, most = 16, 1, 2
	case zero && text[0] == '0':
		most = 4
	}
	n, value := from, 0
	for n < len(text) && n-from < most {
		d, err := strconv.ParseUint(text[n:n+1], base, 8)
		if err != nil || value*base+int(d) > 255 {
			break
		}
		value = value*base + int(d)
		n++
	}
	if n == from {
		return 0, 0
	}
	return byte(value), n
}
