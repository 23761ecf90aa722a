package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestEveryMessageIsWhole reads the source of both modules: each message must
// be there in both languages and use the same arguments in both.
func TestEveryMessageIsWhole(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isMessagef(call.Fun) || len(call.Args) < 2 {
				return true
			}
			en, okEN := literal(call.Args[0])
			zh, okZH := literal(call.Args[1])
			if !okEN || !okZH {
				return true
			}
			seen++
			if fault := compare(en, zh, len(call.Args)-2); fault != "" {
				t.Errorf("%s: %s\n  en: %s\n  zh: %s", files.Position(call.Pos()), fault, en, zh)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("only %d messages found; does the walk still reach the source?", seen)
	}
}

func TestCompareFindsFaults(t *testing.T) {
	for _, tt := range []struct {
		en, zh string
		args   int
		fault  bool
	}{
		{"%s of %d", "%[2]d 个里的 %[1]s", 2, false},
		{"100%% of %s", "%s 的全部", 1, false},
		{"%s of %d", "%s 的", 2, true},
		{"a", "", 0, true},
		{"untranslated words", "untranslated words", 0, true},
		{"%s", "%s", 1, false},
	} {
		if got := compare(tt.en, tt.zh, tt.args); (got != "") != tt.fault {
			t.Errorf("compare(%q, %q) = %q", tt.en, tt.zh, got)
		}
	}
}

// isMessagef finds the functions that take a sentence in both languages. Errorf is
// one only where it is not package fmt's.
func isMessagef(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		if of, ok := f.X.(*ast.Ident); ok && of.Name == "lang" && f.Sel.Name == "Errorf" {
			return true
		}
		return f.Sel.Name == "Messagef" || f.Sel.Name == "Usagef"
	case *ast.Ident:
		return f.Name == "Messagef" || f.Name == "usagef"
	}
	return false
}

// literal returns the text of a string literal, also of one in several parts.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, okLeft := literal(e.X)
		right, okRight := literal(e.Y)
		return left + right, okLeft && okRight
	}
	return "", false
}

var verb = regexp.MustCompile(`%(?:%|[-+# 0]*(?:\[(\d+)\])?[-+# 0-9.]*([a-zA-Z]))`)

// compare says what is wrong with a pair of patterns that take args arguments.
func compare(en, zh string, args int) string {
	if en == "" || zh == "" {
		return "a language is missing"
	}
	if words(en) && !slices.ContainsFunc([]rune(zh), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "the Chinese has no Chinese in it"
	}
	first, second := uses(en), uses(zh)
	if !slices.Equal(first, second) {
		return "the languages use different arguments"
	}
	if args > 0 && len(first) != args {
		return "not all arguments are used"
	}
	return ""
}

// words reports whether a pattern has several words of its own: a single one
// may be a name that stays.
func words(pattern string) bool {
	return len(strings.FieldsFunc(verb.ReplaceAllString(pattern, ""), func(r rune) bool { return !unicode.IsLetter(r) })) > 1
}

// uses lists the arguments that a pattern uses, with the verb of each, sorted.
func uses(pattern string) []string {
	var out []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(pattern, -1) {
		if m[2] == "" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		out = append(out, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(out)
	return slices.Compact(out)
}
