package guide

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestOpenShowsTheGoal begins the goal with a word, as Chinese has no space before
// it: CommonMark then wants no punctuation inside the stars.
func TestOpenShowsTheGoal(t *testing.T) {
	for l, want := range map[lang.Lang]string{lang.English: "Goal: 访问页面", lang.Chinese: "目标：访问页面"} {
		var out bytes.Buffer
		(&Screen{Out: &out, Lang: l}).Open(1, 2, steps.Step{Title: "One", Goal: "访问页面"})
		if got := out.String(); !strings.Contains(got, want) || strings.Contains(got, "**") {
			t.Errorf("%s: no %q in %q", l, want, got)
		}
	}
}
