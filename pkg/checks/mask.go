package checks

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

const (
	// leastSecret is the length, in bytes, from which a secret is masked wherever
	// it occurs. A shorter one would hide parts of ordinary words, so it is masked
	// only as a whole word.
	leastSecret = 5
	// leastLine is the length from which a line of a secret is one of its own.
	leastLine = 3
)

// secretsOf lists what a check's result must not show: what is in the Secrets that
// it names, and in those that it looks at, the longest first.
func secretsOf(c Check, s observation) []string {
	var hidden []*kube.Object
	for _, o := range append(slices.Clone(s.objects), s.object) {
		if kube.IsSecret(o) {
			hidden = append(hidden, o)
		}
	}
	for _, o := range s.Around.List("Secret") {
		if slices.Contains(c.Mask, o.GetName()) {
			hidden = append(hidden, o)
		}
	}
	var list []string
	for _, o := range hidden {
		data, _ := kube.At(o.Object, "data").(map[string]any)
		for _, v := range data {
			encoded, _ := v.(string)
			list = append(list, encoded)
			if plainText, err := base64.StdEncoding.DecodeString(encoded); err == nil && utf8.Valid(plainText) {
				list = append(list, forms(string(plainText))...)
			}
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

// forms are the ways in which a secret may be shown: as it is, in one line, each
// of its lines, and quoted.
func forms(secret string) []string {
	list := []string{secret, strings.TrimSpace(secret), words.OneLine(secret), strings.Trim(strconv.Quote(secret), `"`)}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); len(line) >= leastLine {
			list = append(list, line, words.OneLine(line))
		}
	}
	return list
}

// masked takes secrets out of everything that a result shows.
func masked(r Result, secrets []string) Result {
	if len(secrets) == 0 {
		return r
	}
	hide := func(text string) string {
		for _, s := range secrets {
			text = hideIn(text, s)
		}
		return text
	}
	r.Reason = lang.Message{EN: hide(r.Reason.EN), ZH: hide(r.Reason.ZH)}
	r.Hint = hide(r.Hint)
	r.Differences = slices.Clone(r.Differences)
	for i, d := range r.Differences {
		r.Differences[i] = Difference{Path: hide(d.Path), Wanted: hide(d.Wanted), Found: hide(d.Found)}
	}
	return r
}

// hideIn masks one secret, also where a text was shortened in the middle of it.
func hideIn(text, secret string) string {
	if len(secret) < leastSecret {
		return hideAlone(text, secret)
	}
	text = strings.ReplaceAll(text, secret, words.Mask)
	var b strings.Builder
	for {
		before, after, cut := strings.Cut(text, "…")
		if !cut {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(withoutStart(before, secret) + "…")
		text = after
	}
}

// withoutStart masks the beginning of a secret at the end of a text.
func withoutStart(text, secret string) string {
	for n := min(len(text), len(secret)-1); n >= leastSecret-2; n-- {
		if strings.HasSuffix(text, secret[:n]) {
			return text[:len(text)-n] + words.Mask
		}
	}
	return text
}

// hideAlone masks a short secret where it is not a part of a longer word.
func hideAlone(text, secret string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, secret)
		if !found {
			b.WriteString(text)
			return b.String()
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		b.WriteString(before)
		if wordRune(last) || wordRune(next) {
			b.WriteString(secret)
		} else {
			b.WriteString(words.Mask)
		}
		text = after
	}
}

func wordRune(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
