package guide

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestOpenShowsTheGoal starts the goal with a word, because Chinese has no space before
// it: then CommonMark allows no punctuation inside the stars.
func TestOpenShowsTheGoal(t *testing.T) {
	for l, want := range map[lang.Lang]string{lang.English: "Goal: 访问页面", lang.Chinese: "目标：访问页面"} {
		var out bytes.Buffer
		(&Screen{Out: &out, Lang: l}).Open(1, 2, steps.Step{Title: "One", Goal: "访问页面"})
		if got := out.String(); !strings.Contains(got, want) || strings.Contains(got, "**") {
			t.Errorf("%s: no %q in %q", l, want, got)
		}
	}
}

func TestNothingIsWrittenAfterStill(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		var out bytes.Buffer
		s := &Screen{Out: &out, Lang: lang.English, Terminal: terminal}
		s.Still()
		s.Live([]checks.Result{{Check: checks.Check{ID: "a", Name: "It runs"}, Verdict: checks.Waiting}})
		s.Still()
		if s.live != nil || !strings.Contains(out.String(), "It runs") {
			t.Errorf("the live line goes on, or was never there: %q", out.String())
		}
		// The race detector finds a line that still writes.
		s.Note(lang.Same("after it"))
	}
}
