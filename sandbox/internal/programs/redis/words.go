package redis

import (
	"errors"
	"fmt"
	"strings"
)

// quote writes a string as redis-cli shows it: printable ASCII, the rest escaped.
func quote(b []byte) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range b {
		switch {
		case c == '"', c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c == '\n':
			out.WriteString(`\n`)
		case c == '\r':
			out.WriteString(`\r`)
		case c == '\t':
			out.WriteString(`\t`)
		case c == '\a':
			out.WriteString(`\a`)
		case c == '\b':
			out.WriteString(`\b`)
		case c < ' ', c > '~':
			fmt.Fprintf(&out, `\x%02x`, c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// split takes a line apart as redis-cli does: blanks part words, quotes hold
// them together, and in double quotes a backslash escapes.
func split(line string) (words []string, err error) {
	for {
		line = strings.TrimLeft(line, " \t\r\n")
		if line == "" {
			return words, nil
		}
		var word string
		word, line, err = first(line)
		if err != nil {
			return nil, err
		}
		words = append(words, word)
	}
}

func first(line string) (word, rest string, err error) {
	var out strings.Builder
	var in byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case in == '"' && c == '\\' && i+1 < len(line):
			i++
			out.WriteString(strings.NewReplacer("n", "\n", "r", "\r", "t", "\t").Replace(line[i : i+1]))
		case in != 0 && c == in:
			in = 0
		case in == 0 && (c == '"' || c == '\''):
			in = c
		case in == 0 && (c == ' ' || c == '\t'):
			return out.String(), line[i:], nil
		default:
			out.WriteByte(c)
		}
	}
	if in != 0 {
		return "", "", errors.New("unbalanced quotes")
	}
	return out.String(), "", nil
}
