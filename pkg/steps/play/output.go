package play

import (
	"fmt"
	"regexp"
	"strings"
)

// MatchOutput reports whether a command printed what a lesson expects. In want,
// "..." matches anything within a line, and a line that is only "..." matches
// any number of lines; runs of white space compare equal, and empty lines at
// either end do not count. When it does not match, diff names the first line
// that differs.
func MatchOutput(want, got string) (ok bool, diff string) {
	wanted, printed := outputLines(want), outputLines(got)
	patterns := make([]*regexp.Regexp, len(wanted))
	for i, line := range wanted {
		patterns[i] = linePattern(line)
	}
	// The classic match of a pattern with stars: on a mismatch, the last star
	// takes one line more. far keeps where the best try ended.
	w, g, star, mark := 0, 0, -1, 0
	var far place
	for g < len(printed) {
		switch {
		case w < len(wanted) && wanted[w] == "...":
			star, mark = w, g
			w++
		case w < len(wanted) && patterns[w].MatchString(printed[g]):
			w, g = w+1, g+1
		case star >= 0:
			far = far.further(w, g)
			mark++
			w, g = star+1, mark
		default:
			return false, differs(wanted, printed, far.further(w, g))
		}
		far = far.further(w, g)
	}
	for w < len(wanted) && wanted[w] == "..." {
		w++
	}
	if w < len(wanted) {
		return false, differs(wanted, printed, far.further(w, g))
	}
	return true, ""
}

// place is how many lines of want and of got a try has matched.
type place struct{ want, got int }

func (p place) further(want, got int) place {
	if want >= p.want {
		return place{want, got}
	}
	return p
}

func differs(wanted, printed []string, p place) string {
	const end = "the end of the output"
	want, got := end, end
	if p.want < len(wanted) {
		want = fmt.Sprintf("%q", wanted[p.want])
	}
	if p.got < len(printed) {
		got = fmt.Sprintf("%q", printed[p.got])
	}
	return fmt.Sprintf("line %d: wanted %s, got %s", p.got+1, want, got)
}

// outputLines splits text into lines with single spaces.
func outputLines(s string) []string {
	var lines []string
	for line := range strings.Lines(strings.Trim(strings.ToValidUTF8(s, "?"), " \t\r\n")) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return lines
}

// linePattern matches a line in which "..." stands for anything. A "..." that
// is a word of its own may also stand for no word.
func linePattern(line string) *regexp.Regexp {
	var p strings.Builder
	for i, word := range strings.Split(line, " ") {
		switch {
		case word == "..." && i == 0:
			p.WriteString(`(?:.* )?`)
			continue
		case word == "...":
			p.WriteString(`(?: .*)?`)
			continue
		case i > 0 && !strings.HasPrefix(line, "... ") || i > 1:
			p.WriteString(" ")
		}
		p.WriteString(strings.ReplaceAll(regexp.QuoteMeta(word), `\.\.\.`, `.*`))
	}
	return regexp.MustCompile("^" + p.String() + "$")
}
