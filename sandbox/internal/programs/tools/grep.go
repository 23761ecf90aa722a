package tools

import (
	"errors"
	"regexp"
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

// mostPatterns is how many patterns a file of -f may have.
const mostPatterns = 10_000

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
			lines, full := g.split(strings.TrimSuffix(string(text), "\n"), "\n")
			if full != nil || len(lines) > mostPatterns {
				return nil, max(g.refuse("so many patterns"), 2)
			}
			texts = append(texts, lines...)
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
			pattern = regexp.QuoteMeta(text)
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
