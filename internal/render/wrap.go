package render

import (
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
)

// span is text in one style.
type span struct {
	text  string
	codes []string
}

// atom is text that no line break may split: a word, or one wide character with the
// punctuation that belongs to it.
type atom struct {
	spans []span
	width int
	// space says that white space comes before the atom.
	space bool
	// hard says that a line break comes before the atom.
	hard bool
}

// Characters that may not begin or end a line in Chinese text, after the rules
// of CLREQ (Requirements for Chinese Text Layout, section 3.1.3).
const (
	noLineStart = "，。、；：？！）》」』】〉”’…—·,.;:?!)]}"
	noLineEnd   = "（《「『【〈“‘([{"
)

func runeColumns(r rune) int {
	// Ambiguous characters are narrow on the terminals that learners have.
	return (&runewidth.Condition{}).RuneWidth(r)
}

func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// atoms splits styled text where a line may break.
func atoms(spans []span) []atom {
	var out []atom
	open, space, hard := false, false, false // open: the last atom may still grow
	last := rune(0)
	for _, s := range spans {
		for _, r := range visible.Text(s.text) {
			switch r {
			case '\n':
				open, hard = false, true
				continue
			case ' ', '\t':
				open, space = false, true
				continue
			}
			wide := runeColumns(r) > 1
			clings := len(out) > 0 && !space && !hard &&
				(strings.ContainsRune(noLineStart, r) || strings.ContainsRune(noLineEnd, last))
			if (!open || wide) && !clings {
				out = append(out, atom{space: space, hard: hard})
			}
			grow(&out[len(out)-1], r, s.codes)
			open, space, hard, last = !wide, false, false, r
		}
	}
	return out
}

func grow(a *atom, r rune, codes []string) {
	a.width += runeColumns(r)
	if n := len(a.spans); n > 0 && strings.Join(a.spans[n-1].codes, ";") == strings.Join(codes, ";") {
		a.spans[n-1].text += string(r)
		return
	}
	a.spans = append(a.spans, span{text: string(r), codes: codes})
}

// wrap breaks styled text into lines of at most width columns. first begins the first
// line, rest the others; both count towards the width.
func (s Style) wrap(spans []span, first, rest string, width int) string {
	var b strings.Builder
	b.WriteString(first)
	used, empty := columns(first), true
	var pending []span
	flush := func() { b.WriteString(s.spans(pending)); pending = nil }
	for _, a := range atoms(spans) {
		gap := 0
		if a.space && !empty {
			gap = 1
		}
		if a.hard || (!empty && used+gap+a.width > width) {
			flush()
			b.WriteString("\n" + rest)
			used, gap = columns(rest), 0
		}
		if gap == 1 {
			pending = joinSpace(pending, a)
		}
		pending = append(pending, a.spans...)
		used += gap + a.width
		empty = false
	}
	flush()
	return b.String()
}

// joinSpace gives a space the style of its neighbours where they share one, so
// that an underlined phrase is underlined throughout.
func joinSpace(line []span, next atom) []span {
	space := span{text: " "}
	if n := len(line); n > 0 && len(next.spans) > 0 && strings.Join(line[n-1].codes, ";") == strings.Join(next.spans[0].codes, ";") {
		space.codes = line[n-1].codes
	}
	return append(line, space)
}

// spans paints runs of equal style at once.
func (s Style) spans(line []span) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		key, text := strings.Join(line[i].codes, ";"), ""
		codes := line[i].codes
		for ; i < len(line) && strings.Join(line[i].codes, ";") == key; i++ {
			text += line[i].text
		}
		b.WriteString(s.paint(text, codes...))
	}
	return b.String()
}

// cut shortens plain text to width columns.
func cut(text string, width int) string {
	if columns(text) <= width {
		return text
	}
	used := 0
	for i, r := range text {
		if used+runeColumns(r) > width-1 {
			return text[:i] + "…"
		}
		used += runeColumns(r)
	}
	return text
}
