package redis

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// tame returns a command with glob patterns that the store understands: it
// turns them into regular expressions, and panics for invalid ones.
func tame(words []string) []string {
	at := -1
	switch strings.ToLower(words[0]) {
	case "keys":
		at = 1
	case "scan", "sscan", "hscan", "zscan":
		at = 1 + slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, "match") })
	}
	if at < 1 || at >= len(words) {
		return words
	}
	out := slices.Clone(words)
	out[at] = pattern(out[at])
	return out
}

// pattern is a glob that becomes a regular expression. A class that is none
// matches nothing, or any character when it begins with "^"; a byte that is no
// character stands for any.
func pattern(glob string) string {
	var out strings.Builder
	glob = valid(glob)
	for i := 0; i < len(glob); i++ {
		switch {
		case glob[i] == '\\' && i+1 < len(glob):
			if i++; glob[i] == '\\' {
				out.WriteString(`[\\]`)
				continue
			}
			out.WriteString(`\` + glob[i:i+1])
		case glob[i] == '[':
			class, end := classOf(glob, i+1)
			i = end
			out.WriteString(class)
		default:
			out.WriteByte(glob[i])
		}
	}
	return out.String()
}

// classOf is the class that begins at i, and where it ends.
func classOf(glob string, i int) (class string, end int) {
	end = i
	for end < len(glob) && glob[end] != ']' {
		if glob[end] == '\\' {
			end++
		}
		end++
	}
	class = "[" + glob[i:min(end, len(glob))] + "]"
	if _, err := regexp.Compile(class); err == nil {
		return class, end
	}
	if strings.HasPrefix(class, "[^") {
		return "?", end
	}
	return "[]", end
}

// valid puts a "?" for each byte that is no part of a character.
func valid(glob string) string {
	var out strings.Builder
	for glob != "" {
		r, n := utf8.DecodeRuneInString(glob)
		if r == utf8.RuneError && n == 1 {
			r = '?'
		}
		out.WriteRune(r)
		glob = glob[n:]
	}
	return out.String()
}
