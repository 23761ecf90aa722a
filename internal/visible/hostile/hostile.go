// Package hostile has text that a terminal must not get, for tests.
package hostile

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Text fills the clipboard, clears the screen, sets the title, moves back over what
// was written, and turns the direction of what follows; in seven bits and in eight.
const Text = "a\x1b]52;c;aGk=\x07b\x1b[2Jc\u009b2Jd\u009d0;t\u009ce\x7f\bf\rg\u202eh\u2066i\u2028j\x00k"

// YAML is Text as a quoted scalar of YAML; NUL is left out, as YAML has none.
const YAML = `"a\e]52;c;aGk=\ab\e[2Jc\u009b2Jd\u009d0;t\u009ce\u007f\bf\rg\u202eh\u2066i\u2028jk"`

// Refuse fails the test if text contains anything that a terminal obeys, except line
// feeds, tabs and the colors of package render.
func Refuse(tb testing.TB, what, text string) {
	tb.Helper()
	if !utf8.ValidString(text) {
		tb.Errorf("%s: not UTF-8: %q", what, text)
	}
	for _, code := range []string{"0", "1", "2", "3", "4", "31", "32", "33", "36", "1;31", "1;32", "1;33", "1;36"} {
		text = strings.ReplaceAll(text, "\x1b["+code+"m", "")
	}
	for _, r := range text {
		switch {
		case r == '\n', r == '\t':
		case r < 0x20, r >= 0x7f && r <= 0x9f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x206f, r == 0x61c, r == 0x200e, r == 0x200f:
			tb.Errorf("%s: %U is in %q", what, r, text)
			return
		}
	}
}
