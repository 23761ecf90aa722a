// Package prose checks the English of this project against a list of words
// (words.txt): messages, comments, docs and lessons.
package prose

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// word is an entry of words.txt.
type word struct {
	pattern *regexp.Regexp
	instead string
}

// exception lets a text pass in some files.
type exception struct {
	path   *regexp.Regexp
	text   string
	reason string
	used   bool
}

// passage is a piece of English and the line of its file that it starts on.
type passage struct {
	line int
	text string
}

// TestProse reads every file of the repository that people read in English.
func TestProse(t *testing.T) {
	words, exceptions := list(t, "words.txt")
	root, seen := filepath.Join("..", ".."), 0
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(file, root+string(filepath.Separator)))
		if entry.IsDir() {
			if skipped(entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		passages, err := read(file)
		if err != nil {
			return err
		}
		seen += len(passages)
		for _, p := range passages {
			for _, f := range faults(p, words, name, exceptions) {
				t.Errorf("%s:%s", name, f)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10_000 {
		t.Errorf("only %d passages found; does the walk still reach the files?", seen)
	}
	for _, e := range exceptions {
		if !e.used {
			t.Errorf("words.txt: the exception for %q isn't needed any more: remove it", e.text)
		}
	}
}

func TestFaults(t *testing.T) {
	words, _ := list(t, "words.txt")
	for text, bad := range map[string]bool{
		"The lesson begins anew.":            true,
		"guided shows what\n shall be done":  true,
		"the checks did not come\n\tto hold": true,
		"Shallow copies of a canvas":         false,
		"the steps before are done again":    false,
	} {
		if got := faults(passage{1, text}, words, "a.md", nil); (len(got) > 0) != bad {
			t.Errorf("faults of %q: %q", text, got)
		}
	}
	e := []*exception{{path: glob("docs/**"), text: "begins anew"}}
	if got := faults(passage{1, "It begins anew."}, words, "docs/a/b.md", e); len(got) > 0 || !e[0].used {
		t.Errorf("the exception let nothing pass: %q", got)
	}
	if got := faults(passage{1, "It begins anew."}, words, "pkg/a.go", e); len(got) != 1 {
		t.Errorf("an exception for another file let it pass: %q", got)
	}
}

func TestMarkdown(t *testing.T) {
	const text = "A `stands there` B\n```bash run\nstands there\n```\n```yaml check\nname: C\n```\nD"
	var got []string
	for _, p := range markdown(text) {
		got = append(got, strings.Fields(p.text)...)
	}
	if want := "A B name: C D"; strings.Join(got, " ") != want {
		t.Errorf("read %q, want %q", got, want)
	}
}

// faults lists what is wrong with a passage, each as LINE: what it says and what to
// say instead.
func faults(p passage, words []word, file string, exceptions []*exception) []string {
	var out []string
	for _, w := range words {
		for _, at := range w.pattern.FindAllStringIndex(p.text, -1) {
			found := strings.Join(strings.Fields(p.text[at[0]:at[1]]), " ")
			if !excepted(p.text, at, file, exceptions) {
				line := p.line + strings.Count(p.text[:at[0]], "\n")
				out = append(out, strconv.Itoa(line)+": "+strconv.Quote(found)+": say "+w.instead)
			}
		}
	}
	return out
}

// excepted reports whether an exception's text covers what was found.
func excepted(text string, at []int, file string, exceptions []*exception) bool {
	for _, e := range exceptions {
		if !e.path.MatchString(file) {
			continue
		}
		for from := 0; ; {
			i := strings.Index(text[from:], e.text)
			if i < 0 {
				break
			}
			if from+i <= at[0] && at[1] <= from+i+len(e.text) {
				e.used = true
				return true
			}
			from += i + 1
		}
	}
	return false
}

// list reads words.txt.
func list(t *testing.T, file string) (words []word, exceptions []*exception) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(src), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		what, why, ok := strings.Cut(line, " -> ")
		if !ok || strings.TrimSpace(why) == "" {
			t.Fatalf("%s:%d: write PATTERN -> ADVICE, or EXCEPT PATH: TEXT -> REASON", file, i+1)
		}
		if rest, ok := strings.CutPrefix(what, "EXCEPT "); ok {
			path, text, _ := strings.Cut(rest, ": ")
			exceptions = append(exceptions, &exception{path: glob(path), text: text, reason: why})
			continue
		}
		pattern, err := regexp.Compile(`(?i)\b(?:` + strings.ReplaceAll(what, " ", `[\s/#*]+`) + `)\b`)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, i+1, err)
		}
		words = append(words, word{pattern, why})
	}
	return words, exceptions
}

// glob is a path with * for a part of a name and ** for any folders.
func glob(path string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(path)
	pattern = strings.ReplaceAll(pattern, `\*\*`, `.*`)
	return regexp.MustCompile("^" + strings.ReplaceAll(pattern, `\*`, `[^/]*`) + "$")
}

func skipped(folder string) bool {
	switch folder {
	case ".git", "bin", "dist", "testdata", "node_modules":
		return true
	}
	return false
}

// read returns what is English in a file; nothing for a file of another kind.
func read(file string) ([]passage, error) {
	base := filepath.Base(file)
	known := strings.HasSuffix(base, ".go") || base == "Makefile" || base == "course.yaml" ||
		strings.HasSuffix(base, ".md") && base != "zh.md" && !strings.HasSuffix(base, ".zh.md")
	if !known {
		return nil, nil
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasSuffix(base, ".go"):
		return golang(file, src)
	case strings.HasSuffix(base, ".md"):
		return markdown(string(src)), nil
	}
	return []passage{{1, string(src)}}, nil
}

// golang returns the comments of a file, and its messages: literals of two words or
// more. What tests compare with is not prose.
func golang(file string, src []byte) ([]passage, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, src, parser.ParseComments)
	if err != nil {
		if _, ok := err.(scanner.ErrorList); ok { //nolint:errorlint // the parser returns it as it is
			return nil, nil
		}
		return nil, err
	}
	var out []passage
	for _, group := range parsed.Comments {
		out = append(out, passage{files.Position(group.Pos()).Line, commentText(group)})
	}
	if strings.HasSuffix(file, "_test.go") {
		return out, nil
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && strings.Contains(lit.Value, " ") {
			out = append(out, passage{files.Position(lit.Pos()).Line, lit.Value})
		}
		return true
	})
	return out, nil
}

// commentText is a comment as it is written, so that its lines can be counted.
func commentText(group *ast.CommentGroup) string {
	var lines []string
	for _, c := range group.List {
		lines = append(lines, c.Text)
	}
	return strings.Join(lines, "\n")
}

var (
	fence  = regexp.MustCompile("^\\s*(?:> )?```+\\s*(.*)$")
	inline = regexp.MustCompile("`[^`]*`")
)

// markdown leaves out code: spans, and all fences but those of checks and quizzes,
// whose sentences a learner reads.
func markdown(text string) []passage {
	lines := strings.Split(text, "\n")
	within, prose := false, false
	for i, line := range lines {
		if m := fence.FindStringSubmatch(line); m != nil {
			within, prose = !within, strings.Contains(m[1], "check") || strings.Contains(m[1], "quiz")
			lines[i] = ""
			continue
		}
		if within && !prose {
			lines[i] = ""
		}
		lines[i] = inline.ReplaceAllString(lines[i], "")
	}
	return []passage{{1, strings.Join(lines, "\n")}}
}
