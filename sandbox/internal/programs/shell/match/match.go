// Package match compares text with the shell's patterns: "*", "?" and "[...]",
// where a backslash makes the next byte plain.
package match

import "strings"

// Match reports whether the whole text matches.
func Match(pattern, text string) bool {
	star, from := -1, 0 // where to continue if the text after the last star does not match
	p, t := 0, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '*' {
			star, from = p, t
			p++
			continue
		}
		if n := one(pattern[p:], text[t]); n > 0 {
			p += n
			t++
			continue
		}
		if star < 0 {
			return false
		}
		from++
		p, t = star+1, from
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// one compares one byte and returns how long its pattern was, 0 when it does not
// fit.
func one(pattern string, b byte) int {
	if pattern == "" {
		return 0
	}
	switch pattern[0] {
	case '?':
		return 1
	case '[':
		if n, in := set(pattern, b); n > 0 {
			if in {
				return n
			}
			return 0
		}
	case '\\':
		if len(pattern) > 1 {
			if pattern[1] == b {
				return 2
			}
			return 0
		}
	}
	if pattern[0] == b {
		return 1
	}
	return 0
}

// set reads "[...]" and returns its length, 0 where it is no set.
func set(pattern string, b byte) (n int, in bool) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, in != negated
		}
		if strings.HasPrefix(pattern[i:], "[:") {
			if end := strings.Index(pattern[i:], ":]"); end > 0 {
				in = in || class(pattern[i+2:i+end], b)
				i += end + 2
				continue
			}
		}
		low, next := char(pattern, i)
		i = next
		high := low
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, i = char(pattern, i+1)
		}
		in = in || low <= b && b <= high
	}
	return 0, false
}

// char is the byte at a place of a set, and the place behind it.
func char(pattern string, i int) (byte, int) {
	if pattern[i] == '\\' && i+1 < len(pattern) {
		return pattern[i+1], i + 2
	}
	return pattern[i], i + 1
}

func class(name string, b byte) bool {
	lower, upper, digit := b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9'
	switch name {
	case "alpha":
		return lower || upper
	case "digit":
		return digit
	case "alnum":
		return lower || upper || digit
	case "lower":
		return lower
	case "upper":
		return upper
	case "space":
		return b == ' ' || b >= '\t' && b <= '\r'
	case "blank":
		return b == ' ' || b == '\t'
	case "punct":
		return b > ' ' && b < 127 && !lower && !upper && !digit
	case "print":
		return b >= ' ' && b < 127
	case "graph":
		return b > ' ' && b < 127
	case "cntrl":
		return b < ' ' || b == 127
	case "xdigit":
		return digit || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
	}
	return false
}

// special are the bytes with a special meaning in a pattern.
const special = `*?[]\-!^`

// Quote escapes text so that it matches itself.
func Quote(text string) string {
	if !strings.ContainsAny(text, special) {
		return text
	}
	var out strings.Builder
	for i := range len(text) {
		if strings.IndexByte(special, text[i]) >= 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// IsPattern reports whether there is anything to expand.
func IsPattern(pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '*', '?', '[':
			return true
		}
	}
	return false
}

// Unquote undoes Quote.
func Unquote(pattern string) string {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '\\' && i+1 < len(pattern) {
			i++
		}
		out.WriteByte(pattern[i])
	}
	return out.String()
}
