package match

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// differ is what was found where something else was wanted; nil wants nothing. Texts
// that look the same are shown so that they don't.
func differ(path string, wanted, found any) Gap {
	g := Gap{Path: path, Wanted: words.Plain(wanted), Found: words.Plain(found)}
	w, isText := wanted.(string)
	f, isToo := found.(string)
	if isText && isToo {
		if how := lookalike(w, f); !how.IsZero() {
			g.Wanted, g.Found = apart(w, f)
			g.Wanted, g.Found = `"`+g.Wanted+`"`, `"`+g.Found+`"`
			g.why = lang.Messagef("%s is %s, wanted %s: %s", "%s 是 %s，应为 %s：%s", path, g.Found, g.Wanted, how)
			return g
		}
	}
	if g.Wanted == g.Found {
		g.Wanted, g.Found = apart(inFull(wanted), inFull(found))
	}
	return g
}

// unset is something wanted that is not there.
func unset(path string, wanted any) Gap {
	return Gap{Path: path, Wanted: words.Plain(wanted)}
}

// inFull is a value as one would write it, in its full length.
func inFull(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	out, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(out)
}

// likeness is one way in which two texts can look the same and be different.
type likeness struct {
	fold func(string) string
	how  lang.Message
}

func likenesses() []likeness {
	return []likeness{
		{foldBreaks, lang.Messagef("only one of them has Windows line endings (CRLF)", "只有其中一个使用 Windows 换行符（CRLF）")},
		{strings.TrimSpace, lang.Messagef("they differ in white space at the start or the end", "首尾的空白不同")},
		{foldSpaces, lang.Messagef("they differ in the kind of white space (space, tab or no-break space)", "空白的种类不同（空格、制表符或不换行空格）")},
		{foldInvisible, lang.Messagef("one of them contains an invisible character", "其中一个含有看不见的字符")},
		{norm.NFC.String, lang.Messagef("the same letters are written with different Unicode characters", "同样的字母用了不同的 Unicode 字符")},
		{norm.NFKC.String, lang.Messagef("one of them is written with full-width or other special characters", "其中一个使用了全角字符或其他特殊字符")},
	}
}

// lookalike says in what two different texts that look the same differ; it is zero
// when they do not look the same.
func lookalike(a, b string) lang.Message {
	for _, one := range likenesses() {
		if one.fold(a) == one.fold(b) {
			return one.how
		}
	}
	if foldAll(a) == foldAll(b) {
		return lang.Messagef("they differ in white space and special characters", "空白和特殊字符不同")
	}
	return lang.Message{}
}

func foldAll(s string) string {
	return strings.TrimSpace(foldSpaces(foldBreaks(foldInvisible(norm.NFKC.String(s)))))
}

func foldBreaks(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func foldSpaces(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
}

func foldInvisible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

const (
	// lead is how much is shown before the first character that differs, and
	// window how much in all.
	lead, window = 20, 80
)

// apart shows two texts so that one sees where they differ: from shortly before the
// first difference, with what cannot be seen written as an escape.
func apart(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	first := 0
	for first < len(x) && first < len(y) && x[first] == y[first] {
		first++
	}
	from := 0
	if max(len(x), len(y)) > window {
		from = max(first-lead, 0)
	}
	return shown(x, from), shown(y, from)
}

func shown(text []rune, from int) string {
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	for _, r := range text[min(from, len(text)):min(from+window, len(text))] {
		b.WriteString(escaped(r))
	}
	if from+window < len(text) {
		b.WriteString("…")
	}
	return b.String()
}

// escaped writes what cannot be seen, or not by itself, as Go's strings do.
func escaped(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r == ' ', unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r):
		return string(r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
