package tools

import (
	"cmp"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const grepUsage = "[-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]..."

func grepApplet() applet {
	return applet{run: grep, flags: "lnqvscFiHhe:f:LorRm:wA:B:C:EIxz", long: "color?=k", usage: grepUsage, wrong: 2}
}

// grepping is one run of grep.
type grepping struct {
	*command
	patterns      []*regexp.Regexp
	titled        bool
	before, after int
	most          int
	end           byte
	found, failed bool
	// shown says that lines with their context were printed before.
	shown bool
}

// grep returns 0 when a line matched, 1 when none did and 2 for a fault.
func grep(c *command) int {
	g := &grepping{command: c, most: 1 << 62, end: '\n'}
	if c.has('z') {
		g.end = 0
	}
	for flag, into := range map[byte][]*int{'m': {&g.most}, 'A': {&g.after}, 'B': {&g.before}, 'C': {&g.after, &g.before}} {
		if !c.has(flag) {
			continue
		}
		n, ok := natural(c.value(flag))
		if !ok {
			return c.invalid(c.value(flag))
		}
		for _, to := range into {
			*to = max(n, *to*truth(flag == 'C'))
		}
	}
	patterns, code := g.patternTexts()
	if code >= 0 {
		return code
	}
	if code := g.compileAll(patterns); code >= 0 {
		return code
	}
	names := c.rest
	recursive := c.any("rR")
	g.titled = (len(names) > 1 || recursive || c.has('H')) && !c.has('h')
	if len(names) == 0 {
		if names = []string{"-"}; recursive {
			names = []string{"."}
		}
	}
	for _, name := range names {
		if g.file(name, recursive) {
			break
		}
	}
	switch {
	case g.found && (c.has('q') || !g.failed):
		return 0
	case g.failed:
		return 2
	}
	return 1
}

// patternTexts are the patterns of -e, -f or the first argument, one a line.
func (g *grepping) patternTexts() ([]string, int) {
	var texts []string
	for _, text := range g.given['e'] {
		texts = append(texts, strings.Split(text, "\n")...)
	}
	for _, name := range g.given['f'] {
		text, err := g.readFile(name)
		if err != nil {
			return nil, max(g.fail("%s: %s", name, reason(err)), 2)
		}
		if len(text) > 0 {
			texts = append(texts, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")...)
		}
	}
	if !g.any("ef") {
		if len(g.rest) == 0 {
			return nil, g.misuse()
		}
		texts, g.rest = strings.Split(g.rest[0], "\n"), g.rest[1:]
	}
	return texts, -1
}

func (g *grepping) compileAll(texts []string) int {
	for _, text := range texts {
		pattern, extended := text, g.has('E') || g.name == "egrep"
		if g.has('F') || g.name == "fgrep" {
			pattern, extended = regexp.QuoteMeta(text), false
			re, err := regexp.Compile(foldPrefix(g.has('i')) + wholeLine(pattern, g.has('x')))
			if err != nil {
				return max(g.fail("bad regex '%s'", text), 2)
			}
			g.patterns = append(g.patterns, re)
			continue
		}
		if g.has('x') {
			pattern = map[bool]string{true: "^(" + text + ")$", false: `^\(` + text + `\)$`}[extended]
		}
		re, err := compile(pattern, extended, g.has('i'))
		switch {
		case err != nil && strings.Contains(err.Error(), "sandbox"):
			return max(g.fail("%v", err), 2)
		case err != nil:
			return max(g.fail("bad regex '%s'", text), 2)
		}
		g.patterns = append(g.patterns, re)
	}
	return -1
}

func foldPrefix(fold bool) string { return strings.Repeat("(?i)", truth(fold)) }

func wholeLine(pattern string, whole bool) string {
	if whole {
		return "^(?:" + pattern + ")$"
	}
	return pattern
}

// file searches one file, or with -r all below a folder. It reports that no other
// needs to be searched.
func (g *grepping) file(name string, recursive bool) (enough bool) {
	if g.ctx.Err() != nil {
		return true
	}
	if info, err := g.stat(name); err == nil && info.IsDir() && recursive {
		return g.folder(name)
	}
	r, err := g.open(name)
	if err != nil {
		g.failed = g.failed || !recursive
		if !g.has('s') {
			g.fail("%s: %s", name, reason(err))
		}
		return false
	}
	title := name
	if name == "-" {
		title = "(standard input)"
	}
	err = errors.Join(g.search(title, r), r.Close())
	if err != nil && !errors.Is(err, syscall.EISDIR) {
		g.failed = true
		if !quiet(err) {
			g.fail("%s: %s", name, reason(err))
		}
	}
	return g.found && g.has('q')
}

func (g *grepping) folder(name string) bool {
	names, err := g.names(g.path(name))
	if err != nil {
		g.failed = true
		g.fail("%s: %s", name, reason(err))
	}
	for _, n := range names {
		inner := strings.TrimRight(name, "/") + "/" + n
		info, err := g.lstat(inner)
		if err == nil && isLink(info) && !g.has('R') {
			if to, err := g.stat(inner); err == nil && to.IsDir() {
				continue
			}
		}
		if g.file(inner, true) {
			return true
		}
	}
	return false
}

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
