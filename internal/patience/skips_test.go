package patience

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// repository is the top folder, seen from this package.
const repository = "../.."

// mayBeSkipped are tests that are skipped on purpose, CI or not, and why.
var mayBeSkipped = map[string]string{
	"internal/patience/patience.go":    "Needs itself, which fails where CI is set",
	"internal/reach/reach_test.go":     "macOS has one loopback address only",
	"pkg/checks/cel_taint_test.go":     "what does not parse hides nothing",
	"pkg/checks/states_record_test.go": "it records, and tests nothing",
	"pkg/checks/traps_play_test.go":    "a trap may be for one kind of cluster; CI has another one",
	"sandbox/attack/attack_test.go":    "make attack runs it; it takes ten minutes",

	"sandbox/cmd/kubectl-learn-sandbox/testdata/script/full.txtar": "not every machine lets root mount a disk",
}

// TestNoTestIsSkippedInSilence reads every test and every script. A test that needs
// something calls Needs, which fails if CI is set; a script has a line "[ci] … missing
// …" for it. A test may be skipped everywhere only for the operating system, or for
// what a fuzzer makes up.
func TestNoTestIsSkippedInSilence(t *testing.T) {
	tests, scripts := 0, 0
	err := filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), repository+"/")
		switch {
		case d.IsDir() && slices.Contains([]string{".git", "bin", "dist"}, name):
			return filepath.SkipDir
		case strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/patience/"):
			tests++
			for _, at := range silentSkips(t, path) {
				if mayBeSkipped[name] == "" {
					t.Errorf("%s:%d: a test is skipped in silence; call patience.Needs, or say in mayBeSkipped why it may be", name, at)
				}
			}
		case strings.HasSuffix(name, ".txtar"):
			scripts++
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, line := range silentLines(string(src)) {
				if mayBeSkipped[name] != "" {
					continue
				}
				t.Errorf("%s: %q skips in silence; before it, write %q", name, line, "[ci] … missing …")
			}
		}
		return nil
	})
	if err != nil || tests < 100 || scripts < 50 {
		t.Fatalf("read %d tests and %d scripts: %v", tests, scripts, err)
	}
}

// silentSkips returns the lines of a test file that skip a test although it could run
// if something were installed.
func silentSkips(t *testing.T, path string) []int {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return skipsIn(t, path, string(src))
}

func skipsIn(t *testing.T, path, src string) []int {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	var inside []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			inside = inside[:len(inside)-1]
			return true
		}
		inside = append(inside, n)
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, method.Sel.Name) && !slices.ContainsFunc(inside, excuses) {
			lines = append(lines, set.Position(call.Pos()).Line)
		}
		return true
	})
	return lines
}

// excuses reports whether a test inside n may be skipped: a fuzz test, or a test for
// another operating system.
func excuses(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return strings.HasPrefix(n.Name.Name, "Fuzz")
	case *ast.IfStmt:
		named := false
		ast.Inspect(n.Cond, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			named = named || ok && selector.Sel.Name == "GOOS"
			return true
		})
		return named
	}
	return false
}

var (
	skipLine      = regexp.MustCompile(`^(?:\[([^]]*)\] *)*skip\b`)
	conditions    = regexp.MustCompile(`\[([^]]*)\]`)
	systems       = []string{"windows", "linux", "darwin", "unix"}
	missingPrefix = "[ci] "
)

// silentLines returns the lines of a script that skip it for something missing, without
// an earlier line that fails if CI is set.
func silentLines(script string) []string {
	var silent, covered []string
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		var lacks []string
		for _, c := range conditions.FindAllStringSubmatch(line, -1) {
			lacks = append(lacks, c[1])
		}
		forSystem := slices.ContainsFunc(lacks, func(c string) bool { return slices.Contains(systems, strings.TrimPrefix(c, "!")) })
		switch {
		case strings.HasPrefix(line, missingPrefix) && strings.Contains(line, " missing "):
			covered = append(covered, lacks...)
		case !skipLine.MatchString(line) || forSystem:
		case len(lacks) == 0 || !slices.Contains(covered, lacks[len(lacks)-1]):
			silent = append(silent, line)
		}
	}
	return silent
}

func TestSilentSkipsAreFound(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want int
	}{
		"in a test":           {"func TestA(t *testing.T) { if lacking { t.Skip() } }", 1},
		"in a helper":         {"func helper(tb testing.TB) { tb.Skipf(\"no %s\", x) }", 1},
		"for the system":      {"func TestA(t *testing.T) { if runtime.GOOS == \"windows\" { t.SkipNow() } }", 0},
		"what a fuzzer wants": {"func FuzzA(f *testing.F) { f.Fuzz(func(t *testing.T, s string) { t.Skip(s) }) }", 0},
		"none":                {"func TestA(t *testing.T) { patience.Needs(t, false, \"it\") }", 0},
	} {
		if got := skipsIn(t, name, "package a\n"+tt.body); len(got) != tt.want {
			t.Errorf("%s: %d lines, want %d", name, len(got), tt.want)
		}
	}
	for script, want := range map[string]int{
		"[!exec:curl] skip 'no curl'": 1,
		"skip":                        1,
		"[ci] [!exec:curl] missing curl\n[!exec:curl] skip 'no curl'":      0,
		"[ci] [!exec:curl] missing curl\n[!root] skip":                     1,
		"[windows] skip 'no such signals'":                                 0,
		"exec skipper\n# [!root] skip":                                     0,
		"[ci] [linux] [!root] missing 'root'\n[!root] skip\n[!linux] skip": 0,
	} {
		if got := silentLines(script); len(got) != want {
			t.Errorf("%q: %q, want %d", script, got, want)
		}
	}
}
