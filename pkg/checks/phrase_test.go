package checks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
)

func TestFits(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          []any
		ok            bool
	}{
		{"Too many pods", "Too many pods", []any{}, true},
		{"Too many pods", "Too many pods here", nil, false},
		{"Insufficient {}", "Insufficient cpu", []any{"cpu"}, true},
		{"{} of {}", "a of b of c", []any{"a", "b of c"}, true},
		{`{} "{}" not found`, `configmap "x" not found`, []any{"configmap", "x"}, true},
		{`{} "{}" not found`, `configmap "x" is there`, nil, false},
		{"ab{}bc", "abc", nil, false},
		{"{}", "", []any{""}, true},
	}
	for _, tt := range tests {
		got, ok := words.Fits(tt.pattern, tt.text)
		if !ok {
			got = nil
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != tt.ok {
			t.Errorf("fits(%q, %q) is %v (-want +got):\n%s", tt.pattern, tt.text, ok, diff)
		}
	}
}

// Every phrase has its values in both languages, and no more.
func TestPhrasesAreWhole(t *testing.T) {
	for _, list := range [][]words.Phrase{
		pullPhrases(), sandboxPhrases(), schedulePhrases(), claimPhrases(), admissionPhrases(), forbiddenPhrases(), kstatusPhrases(),
	} {
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
