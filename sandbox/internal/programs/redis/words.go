package redis

import (
	"errors"
	"fmt"
	"strconv"
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

// split splits a line as redis-cli does: blanks separate words, quotes group
// them, and a backslash escapes in double quotes.
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
			text, used := escape(line[i+1:])
			out.WriteString(text)
			i += used
		case in == '\'' && strings.HasPrefix(line[i:], `\'`):
			i++
			out.WriteByte('\'')
		case in != 0 && c == in:
			if i+1 < len(line) && !strings.ContainsRune(" \t\r\n", rune(line[i+1])) {
				return "", "", errUnbalanced
			}
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
		return "", "", errUnbalanced
	}
	return out.String(), "", nil
}

var errUnbalanced = errors.New("unbalanced quotes")

// escape reads what follows a backslash in double quotes and says how long it is.
func escape(after string) (text string, used int) {
	if after[0] == 'x' && len(after) > 2 {
		if n, err := strconv.ParseUint(after[1:3], 16, 8); err == nil {
			return string([]byte{byte(n)}), 3
		}
	}
	return strings.NewReplacer("n", "\n", "r", "\r", "t", "\t", "b", "\b", "a", "\a").Replace(after[:1]), 1
}
