package guide

import (
	"bytes"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/render"
	"github.com/kubectl-learn/kubectl-learn/internal/visible/hostile"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestNothingObeys shows a lesson whose every word tries to control the terminal.
func TestNothingObeys(t *testing.T) {
	const text = hostile.Text
	for _, l := range lang.All() {
		var out bytes.Buffer
		s := &Screen{Out: &out, Lang: l, Style: render.Style{Color: true}}
		s.Intro(&steps.Lesson{Title: text, Intro: text})
		s.Open(1, 2, steps.Step{Title: text, Goal: text})
		s.Prose(text)
		s.Action(steps.Action{Kind: steps.Apply, Manifest: text, Body: text, Command: text, Edit: &steps.Edit{From: text, To: text}}, false)
		s.Action(steps.Action{Command: text}, true)
		results := []checks.Result{{Check: checks.Check{Name: text}, Verdict: checks.Failed, Reason: lang.Same(text), Hint: text}}
		s.Live(results)
		s.Results(results)
		s.Question(steps.Question{Ask: text, Choices: []string{text}})
		s.Note(lang.Same(text))
		s.Hint(steps.Hint{Title: text, Body: text})
		hostile.Refuse(t, string(l), out.String())
	}
}
