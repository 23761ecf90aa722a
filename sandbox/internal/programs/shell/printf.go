package shell

import (
	"fmt"
	"strconv"
	"strings"
)

// printf is "printf FORMAT [ARG]...".
func printf(s *shell, n *call) error {
	args := n.args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if s.status = 0; len(args) == 0 {
		s.say("usage: printf FORMAT [ARGUMENT...]")
		s.status = 2
		return nil
	}
	f := &formatting{shell: s, args: args[1:]}
	for left := len(f.args); f.once(args[0]) && len(f.args) > 0 && len(f.args) != left; {
		left = len(f.args)
	}
	code := s.status
	s.print(f.out.String())
	s.status = max(s.status, code)
	return nil
}

// formatting is what printf has left, and what it has made.
type formatting struct {
	*shell
	args []string
	out  strings.Builder
}

// next is the next argument; there is always one more, which is empty.
func (f *formatting) next() string {
	if len(f.args) == 0 {
		return ""
	}
	arg := f.args[0]
	f.args = f.args[1:]
	return arg
}

// once goes through the format, and reports whether it may be used again.
func (f *formatting) once(format string) bool {
	for format != "" {
		at := strings.IndexAny(format, `\%`)
		if at < 0 {
			f.out.WriteString(format)
			return true
		}
		f.out.WriteString(format[:at])
		format = format[at:]
		if format[0] == '\\' {
			end := strings.IndexByte(format, '%')
			if end < 0 {
				end = len(format)
			}
			text, stop := unescape(format[:end], false)
			f.out.WriteString(text)
			if format = format[end:]; stop {
				return false
			}
			continue
		}
		if strings.HasPrefix(format, "%%") {
			f.out.WriteByte('%')
			format = format[2:]
			continue
		}
		length, ok := f.directive(format)
		if !ok {
			return false
		}
		format = format[length:]
	}
	return true
}

// mostWidth is how wide a field may be.
const mostWidth = 1 << 16

// directive prints one argument, and says how long its directive was.
func (f *formatting) directive(format string) (int, bool) {
	end := 1 + len(format[1:]) - len(strings.TrimLeft(format[1:], "-+ #0"))
	flags := format[1:end]
	width, end := f.size(format, end)
	precision := ""
	if end < len(format) && format[end] == '.' {
		var value int
		if value, end = f.size(format, end+1); value >= 0 {
			precision = "." + strconv.Itoa(value)
		}
	}
	for end < len(format) && strings.IndexByte("hlLjzt", format[end]) >= 0 {
		end++
	}
	if end == len(format) || strings.IndexByte("diouxXfFeEgGaAcsb", format[end]) < 0 {
		bad := format
		if end == len(format) {
			bad = "%"
		}
		f.say("%s: invalid format", bad)
		f.status = 1
		return 0, false
	}
	if width < 0 {
		flags, width = flags+"-", -width
	}
	verb := "%" + flags
	if width > 0 {
		verb += strconv.Itoa(min(width, mostWidth))
	}
	return end + 1, f.argument(verb+precision, format[end])
}

// size reads a width or a precision, which "*" takes from the arguments.
func (f *formatting) size(format string, at int) (value, end int) {
	if at < len(format) && format[at] == '*' {
		arg := f.next()
		return int(max(-mostWidth, min(f.integer(arg), mostWidth))), at + 1
	}
	end = at
	for end < len(format) && format[end] >= '0' && format[end] <= '9' {
		value = min(value*10+int(format[end]-'0'), mostWidth)
		end++
	}
	return value, end
}

// argument prints the next argument as verb says.
func (f *formatting) argument(verb string, kind byte) bool {
	arg := f.next()
	switch kind {
	case 's', 'b', 'c':
		stop := false
		switch kind {
		case 'b':
			arg, stop = unescape(arg, true)
		case 'c':
			arg = (arg + "\x00")[:1]
		}
		f.out.WriteString(padded(verb, arg))
		return !stop
	case 'd', 'i':
		f.printInt(verb+"d", f.integer(arg))
	case 'u':
		fmt.Fprintf(&f.out, verb+"d", uint64(f.integer(arg))) //nolint:gosec // it wraps around, as in C
	case 'o', 'x', 'X':
		fmt.Fprintf(&f.out, verb+string(kind), uint64(f.integer(arg))) //nolint:gosec // as above
	default:
		fmt.Fprintf(&f.out, verb+string(kind), f.float(arg))
	}
	return true
}

// padded makes text as wide as verb says; Go's zero flag would fill it with
// zeros, and its widths count characters.
func padded(verb, text string) string {
	verb = strings.TrimLeft(strings.ReplaceAll(verb, "%", ""), " +#")
	left := strings.Contains(verb, "-")
	verb = strings.TrimLeft(verb, "-0 +#")
	size, precision, cut := strings.Cut(verb, ".")
	if cut {
		most, _ := strconv.Atoi(precision) // digits only
		text = text[:min(most, len(text))]
	}
	width, _ := strconv.Atoi(size) // as above
	blanks := strings.Repeat(" ", max(0, width-len(text)))
	if left {
		return text + blanks
	}
	return blanks + text
}

func (f *formatting) printInt(verb string, n int64) {
	if _, precise, ok := strings.Cut(verb, "."); ok && precise != "" {
		verb = strings.Replace(verb, "%0", "%", 1)
	}
	fmt.Fprintf(&f.out, verb, n)
}

// integer reads a number as C does, or a character behind a quote.
func (f *formatting) integer(text string) int64 {
	text = strings.TrimLeft(text, " \t\n")
	if text == "" {
		f.say("invalid number ''")
		f.status = 1
		return 0
	}
	if (text[0] == '"' || text[0] == '\'') && len(text) > 1 {
		return int64(text[1])
	}
	digits := strings.TrimPrefix(text, "+")
	if n, err := strconv.ParseInt(cNumber(digits), 0, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseUint(cNumber(digits), 0, 64); err == nil {
		return int64(n) //nolint:gosec // it wraps around, as in C
	}
	f.say("invalid number '%s'", text)
	f.status = 1
	return 0
}

// cNumber keeps Go from reading what C does not: "0b1", "0o7", "1_000".
func cNumber(text string) string {
	if len(text) > 1 && text[0] == '0' && strings.IndexByte("bBoO_", text[1]) >= 0 || strings.Contains(text, "_") {
		return "x"
	}
	return text
}

func (f *formatting) float(text string) float64 {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		f.say("invalid number '%s'", text)
		f.status = 1
	}
	return n
}
