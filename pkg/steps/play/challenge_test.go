package play

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// challenge is the lesson of player, taken as a challenge: what is broken is
// applied for the learner, the fix is not shown.
func challenge(t *testing.T, g *stage) *Player {
	t.Helper()
	p := player(t, g)
	p.Lesson.Mode = steps.Challenge
	p.Lesson.Steps = p.Lesson.Steps[:1]
	broken := steps.Block{Action: &steps.Action{Kind: steps.Run, Command: "break it", Setup: true, Line: 2}}
	p.Lesson.Steps[0].Blocks = append([]steps.Block{broken}, p.Lesson.Steps[0].Blocks...)
	return p
}

func TestChallengeHidesWhatThereIsToDo(t *testing.T) {
	g := &stage{
		replies:  []Reply{{Kind: ReplyGo}, {Kind: ReplyCommand, Command: "mend it"}, {Kind: ReplyGo}},
		verdicts: [][]checks.Verdict{{checks.Failed}, {checks.Passed}},
	}
	if err := challenge(t, g).Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{"step 1/1 one", "action break it done=false", "run break it", " there", "run mend it", "passed there", "finished one"}
	if diff := cmp.Diff(want, g.happened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestChallengeShowsAndDoesWhenAsked(t *testing.T) {
	g := &stage{
		replies:  []Reply{{Kind: ReplyGo}, {Kind: ReplyShow}, {Kind: ReplyRedo}},
		verdicts: [][]checks.Verdict{{checks.Failed}, {checks.Passed}},
	}
	if err := challenge(t, g).Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	shown := []string{"action kubectl apply -f a.yaml done=false", "note That's how the lesso"}
	if diff := cmp.Diff(shown, g.happened[4:6]); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if !cmp.Equal(g.happened[len(g.happened)-4:], []string{"action kubectl apply -f a.yaml done=false", "run kubectl apply -f a.yaml", "passed there", "finished one"}) {
		t.Errorf("happened %q", g.happened)
	}
}

func TestChallengeAloneIsDoneWholly(t *testing.T) {
	g := &stage{replies: []Reply{{}, {}}, verdicts: [][]checks.Verdict{{checks.Passed}}}
	p := challenge(t, g)
	p.Patience = time.Minute
	if err := p.Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{"step 1/1 one", "action break it done=false", "run break it", "action kubectl apply -f a.yaml done=false", "run kubectl apply -f a.yaml", "passed there", "finished one"}
	if diff := cmp.Diff(want, g.happened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlaySaysThatItWasSoAlready(t *testing.T) {
	g := &stage{replies: []Reply{{Kind: ReplySkip}}, verdicts: [][]checks.Verdict{{checks.Passed}}}
	if err := player(t, g).Play(context.Background()); !errors.Is(err, errNoReply) {
		t.Fatal(err)
	}
	want := []string{"step 1/2 one", "action kubectl apply -f a.yaml done=false", "passed there", "note Nothing to do: it wa", "finished one"}
	if diff := cmp.Diff(want, g.happened[:5]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// printer prints one thing, whatever it runs.
type printer struct {
	text   string
	status int
}

func (p printer) Run(_ context.Context, _ string, out, _ io.Writer, _ ...string) (int, error) {
	_, err := io.WriteString(out, p.text)
	return p.status, err
}

func TestAnswersAreLookedUp(t *testing.T) {
	question := steps.Question{ID: "where", Kind: steps.QuizText, Answer: steps.Answer{Command: "kubectl get pod"}, Because: "so"}
	for name, tt := range map[string]struct {
		shell   printer
		answers []string
		want    []string
	}{
		"one":       {printer{text: "10.1.0.7\n"}, []string{"10.1.0.8", "10.1.0.7"}, []string{"ask where", "note Not that one. Think ", "note Right. so"}},
		"several":   {printer{text: "web-1\n\nweb-2\n"}, []string{"web-2"}, []string{"ask where", "note Right. so"}},
		"looks":     {printer{text: "10.1.0.7\n"}, []string{"kubectl get pods -o wide", "10.1.0.7"}, []string{"ask where", "note Right. so"}},
		"none":      {printer{}, nil, []string{"note Skipping a question:"}},
		"not there": {printer{text: "NotFound", status: 1}, nil, []string{"note Skipping a question:"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := &stage{answers: tt.answers, verdicts: [][]checks.Verdict{{checks.Passed}}}
			p := player(t, g)
			p.Shell, p.Lesson.Steps = tt.shell, []steps.Step{{ID: "one", Blocks: []steps.Block{{Quiz: []steps.Question{question}}}}}
			if err := p.Play(context.Background()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append(append([]string{"step 1/1 one"}, tt.want...), "finished one"), g.happened); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnswersThatCannotBeLookedUpAlone(t *testing.T) {
	g := &stage{verdicts: [][]checks.Verdict{{checks.Passed}}}
	p := player(t, g)
	p.Patience, p.Shell = time.Minute, printer{status: 1}
	p.Lesson.Steps = []steps.Step{{ID: "one", Blocks: []steps.Block{{Quiz: []steps.Question{{ID: "q", Kind: steps.QuizText, Answer: steps.Answer{Command: "kubectl get pod"}}}}}}}
	if _, ok := errors.AsType[*CommandError](p.Play(context.Background())); !ok {
		t.Errorf("happened %q, want a CommandError", g.happened)
	}
}

func TestChallengeDoesNotSayWhyAtFirst(t *testing.T) {
	why := lang.Messagef("the image cannot be pulled", "镜像无法拉取")
	seen := []checks.Result{
		{Verdict: checks.Failed, Reason: why, Hint: "read the tag", Differences: []checks.Difference{{Path: "spec"}}},
		{Verdict: checks.Waiting, Reason: why},
		{Verdict: checks.Unknown, Reason: why},
	}
	want := []checks.Result{{}, {}, seen[2], {Verdict: checks.Passed}}
	if diff := cmp.Diff(want, unjudged(append(seen, want[3])), cmpopts.IgnoreUnexported(checks.Check{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if seen[0].Reason != why {
		t.Error("what was seen has lost its reason")
	}
}
