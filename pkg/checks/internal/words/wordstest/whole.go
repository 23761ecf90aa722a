// Package wordstest tests what the phrases of every room must satisfy.
package wordstest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
)

// Whole asks that every phrase has its values in both languages, and no more.
func Whole(t *testing.T, lists ...[]words.Phrase) {
	t.Helper()
	for _, list := range lists {
		for _, p := range list {
			text := p.Pattern()
			for i := 1; strings.Contains(text, "{}"); i++ {
				text = strings.Replace(text, "{}", fmt.Sprintf("value%d", i), 1)
			}
			m := words.Translate(text, []words.Phrase{p})
			if m.EN == "" || m.ZH == "" || strings.Contains(m.EN+m.ZH, "%!") || m.EN == m.ZH {
				t.Errorf("%q gives %q and %q", p.Pattern(), m.EN, m.ZH)
			}
			for i := 1; i <= strings.Count(p.Pattern(), "{}"); i++ {
				value := fmt.Sprintf("value%d", i)
				if strings.Contains(m.EN, value) != strings.Contains(m.ZH, value) {
					t.Errorf("%q: %s is not in both of %q and %q", p.Pattern(), value, m.EN, m.ZH)
				}
			}
		}
	}
}
