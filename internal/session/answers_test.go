package session

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
	"github.com/kubectl-learn/kubectl-learn/internal/progress"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

func TestAnswersAreReadFromTheRecord(t *testing.T) {
	folder := home.Lesson(t.TempDir())
	store, err := progress.Open(folder, "hello")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	q := steps.Question{ID: "who", Kind: steps.QuizText, Answer: steps.Answer{Command: "kubectl get pod web -o name"}}
	a := answers{folder: folder, lesson: &steps.Lesson{Steps: []steps.Step{{ID: "ask", Blocks: []steps.Block{{Quiz: []steps.Question{q}}}}}}}
	for _, tt := range []struct {
		give string
		want *checks.Answer
	}{
		{"", nil},
		{"pod/api", &checks.Answer{Text: "pod/api"}},
		{"pod/web", &checks.Answer{Text: "pod/web", Right: true}},
	} {
		if tt.give != "" {
			if err := (recorder{store}).Answered("ask", "who", tt.give, tt.want.Right); err != nil {
				t.Fatal(err)
			}
		}
		got, err := a.Answer(t.Context(), "who")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Answer after %q (-want +got):\n%s", tt.give, diff)
		}
	}
}
