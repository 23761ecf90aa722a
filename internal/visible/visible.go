// Package visible makes text from elsewhere safe to show: from a cluster, a log, a
// lesson, a kubeconfig or a server's error. A terminal obeys control characters, so
// they are shown, not sent: "\x1b" appears as those four characters. Only the output of
// a learner's own command reaches the terminal unchanged.
package visible

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text returns s with every control character shown, except line feeds and tabs.
// Windows line ends become line feeds. Text that is already visible stays the same.
func Text(s string) string {
	if strings.IndexFunc(s, hidden) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for s = strings.ReplaceAll(s, "\r\n", "\n"); s != ""; {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case hidden(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}

// Line is Text in one line: runs of white space become one space.
func Line(s string) string { return Text(strings.Join(strings.Fields(s), " ")) }

// JSON returns a JSON document in which control characters above ASCII are escaped
// too; its meaning stays the same. encoding/json escapes the others by itself.
func JSON(document []byte) []byte {
	if strings.IndexFunc(string(document), hidden) < 0 {
		return document
	}
	out := make([]byte, 0, len(document))
	for _, r := range string(document) {
		if hidden(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// hidden reports whether a terminal obeys r, or r changes the direction of the text
// around it: the controls of ASCII and of ISO 6429 (C1), Unicode's separators of lines,
// and its controls of direction (Unicode Standard Annex 9, section 2).
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r == 0x61c, r == 0x200e, r == 0x200f:
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x206f:
		return true
	}
	return false
}
