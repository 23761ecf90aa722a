package tools

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strconv"
)

// numbered is a line with its place, which counts from 1.
type numbered struct {
	n    int
	text string
}

// search looks through one file.
func (g *grepping) search(title string, r io.Reader) error {
	var waiting []numbered
	count, n, lastShown, follow := 0, 0, 0, 0
	if g.most == 0 {
		g.found = true
		return nil
	}
	show := func(l numbered, mark byte) bool {
		if (g.before > 0 || g.after > 0) && g.shown && (lastShown == 0 || l.n > lastShown+1) && !g.any("clLqo") {
			g.printf("--\n")
		}
		g.shown, lastShown = true, l.n
		return g.show(title, l, mark)
	}
	err := g.eachLine(r, g.end, func(line string, _ bool) bool {
		n++
		if g.matches(line) == g.has('v') {
			switch {
			case follow > 0:
				follow--
				return show(numbered{n, line}, '-')
			case g.before > 0:
				if waiting = append(waiting, numbered{n, line}); len(waiting) > g.before {
					waiting = waiting[1:]
				}
				return g.Hold(g.kept+int64(len(line)*len(waiting))) == nil
			}
			return true
		}
		count++
		g.found = g.found || !g.has('L')
		if g.any("qlL") {
			return false
		}
		if !g.has('c') {
			for _, l := range waiting {
				show(l, '-')
			}
			if !show(numbered{n, line}, ':') {
				return false
			}
		}
		waiting, follow = nil, g.after
		return count < g.most || follow > 0
	})
	switch {
	case err != nil:
	case g.has('c') && !g.has('q'):
		g.printf("%s%d\n", g.prefix(title, ':'), count)
	case g.has('l') && count > 0, g.has('L') && count == 0:
		g.found = true
		g.printf("%s\n", title)
	}
	return err
}

func (g *grepping) prefix(title string, mark byte) string {
	if !g.titled {
		return ""
	}
	return title + string(rune(mark))
}

// show prints a line, or with -o the parts of it that match.
func (g *grepping) show(title string, l numbered, mark byte) bool {
	prefix := g.prefix(title, mark)
	if g.has('n') {
		prefix += strconv.Itoa(l.n) + string(rune(mark))
	}
	if !g.has('o') {
		return g.printf("%s%s%c", prefix, l.text, g.end)
	}
	if mark == '-' || g.has('v') {
		return true
	}
	for _, at := range g.spans(l.text) {
		if at[1] > at[0] && !g.printf("%s%s%c", prefix, l.text[at[0]:at[1]], g.end) {
			return false
		}
	}
	return true
}

func (g *grepping) matches(line string) bool {
	if g.has('w') {
		return len(g.spans(line)) > 0
	}
	return slices.ContainsFunc(g.patterns, func(re *regexp.Regexp) bool { return re.MatchString(line) })
}

// spans are the places where a pattern matches, with -w only whole words.
func (g *grepping) spans(line string) (spans [][]int) {
	if g.matchable(line) != nil {
		return nil
	}
	for _, re := range g.patterns {
		for _, at := range re.FindAllStringIndex(line, -1) {
			if g.has('w') && (at[0] > 0 && wordly(line[at[0]-1]) || at[1] < len(line) && wordly(line[at[1]])) {
				continue
			}
			spans = append(spans, at)
		}
	}
	if len(g.patterns) > 1 {
		slices.SortFunc(spans, func(a, b []int) int { return cmp.Or(a[0]-b[0], b[1]-a[1]) })
		last := 0
		spans = slices.DeleteFunc(spans, func(at []int) bool {
			overlaps := at[0] < last
			last = max(last, at[1])
			return overlaps
		})
	}
	return spans
}

func wordly(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
