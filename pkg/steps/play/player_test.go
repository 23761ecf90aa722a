package play

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

func TestPlayTakesALearnerThrough(t *testing.T) {
	g := &stage{
		replies:  []Reply{{Kind: ReplyHint}, {Kind: ReplyCommand, Command: "kubectl get pods"}, {Kind: ReplyGo}, {Kind: ReplyGo}},
		answers:  []string{"3", "7"},
		verdicts: [][]checks.Verdict{{checks.Passed}},
	}
	if err := player(t, g).Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"step 1/2 one", "action kubectl apply -f a.yaml done=false", "hint look", "run kubectl get pods", "run kubectl apply -f a.yaml",
		"passed there", "finished one",
		"step 2/2 two", "action kubectl edit x done=false", "run kubectl edit x " + EditFrom + "=1 " + EditTo + "=2 KUBE_EDITOR=ed", "ask q", "note Not that one. Think ", "note Right. so", "finished two",
	}
	if diff := cmp.Diff(want, g.happened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(g.answered); n != 2 || g.answered[n-1] != "two/q: 7 true" {
		t.Errorf("the answers kept are %q", g.answered)
	}
}

func TestPlayAsksWhenAFailureHasSettled(t *testing.T) {
	g := &stage{
		replies:  []Reply{{Kind: ReplyGo}, {Kind: ReplyHint}, {Kind: ReplyHint}, {Kind: ReplyRedo}},
		verdicts: [][]checks.Verdict{{checks.Failed}, {checks.Passed}},
	}
	err := player(t, g).Play(context.Background())
	if !errors.Is(err, errNoReply) {
		t.Fatalf("Play: %v, want it to reach the second step's question", err)
	}
	want := []string{
		"step 1/2 one", "action kubectl apply -f a.yaml done=false", "run kubectl apply -f a.yaml", "failed there",
		"hint look", "note No more hints. Type ", "restored", "action kubectl apply -f a.yaml done=false", "run kubectl apply -f a.yaml",
		"passed there", "finished one", "step 2/2 two", "action kubectl edit x done=false",
	}
	if diff := cmp.Diff(want, g.happened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if g.attempts != 1 {
		t.Errorf("%d attempts, want 1", g.attempts)
	}
}

func TestPlayAloneSaysWhatDoesNotHold(t *testing.T) {
	for _, v := range []checks.Verdict{checks.Failed, checks.Waiting, checks.Unknown} {
		g := &stage{replies: []Reply{{}}, verdicts: [][]checks.Verdict{{v}}}
		p := player(t, g)
		p.Patience = 10 * time.Millisecond
		var notYet *NotYetError
		if err := p.Play(context.Background()); !errors.As(err, &notYet) || notYet.Results[0].Verdict != v || g.done["one"] {
			t.Errorf("%s: Play: %v, done %v", v, err, g.done["one"])
		}
	}
}

func TestPlayAloneStopsAtACommandThatFails(t *testing.T) {
	g := &stage{replies: []Reply{{}}, statuses: []int{4}, verdicts: [][]checks.Verdict{{checks.Passed}}}
	p := player(t, g)
	p.Patience = time.Minute
	var failed *CommandError
	if err := p.Play(context.Background()); !errors.As(err, &failed) || failed.Status != 4 {
		t.Fatalf("Play: %v, want a CommandError of status 4", err)
	}
}

func TestPlayAloneSaysWhyACommandFailed(t *testing.T) {
	g := &stage{replies: []Reply{{}}, statuses: []int{4}, verdicts: [][]checks.Verdict{{checks.Failed}}}
	p := player(t, g)
	p.Patience = time.Minute
	if _, ok := errors.AsType[*NotYetError](p.Play(context.Background())); !ok {
		t.Fatalf("happened %q, want a NotYetError", g.happened)
	}
}

func TestPlayAloneEndsACommandThatGoesOn(t *testing.T) {
	g := &stage{replies: []Reply{{}}, verdicts: [][]checks.Verdict{{checks.Waiting}}}
	p := player(t, g)
	p.Patience, p.Shell = 10*time.Millisecond, endless{}
	if _, ok := errors.AsType[*NotYetError](p.Play(context.Background())); !ok {
		t.Fatalf("happened %q, want a NotYetError", g.happened)
	}
}

// endless runs each command until it is ended.
type endless struct{}

func (endless) Run(ctx context.Context, _ string, _, _ io.Writer, _ ...string) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

func TestPlayTellsWhatIsPrintedOtherwise(t *testing.T) {
	for output, differs := range map[string]bool{"": false, "d...": false, "gone": true} {
		g := &stage{replies: []Reply{{}}, verdicts: [][]checks.Verdict{{checks.Passed}}}
		p := player(t, g)
		p.Lesson.Steps = p.Lesson.Steps[:1]
		p.Lesson.Steps[0].Blocks[1].Action.Output = output
		told := ""
		p.Differs = func(_ steps.Action, diff string) { told = diff }
		if err := p.Play(context.Background()); err != nil || (told != "") != differs {
			t.Errorf("output %q: told %q, %v", output, told, err)
		}
	}
}

func TestPlayAloneGivesKubectlEditAnEditor(t *testing.T) {
	g := &stage{replies: []Reply{{}, {}}, answers: []string{"7"}, verdicts: [][]checks.Verdict{{checks.Passed}}, done: map[string]bool{"one": true}, record: map[string]int{}}
	p := player(t, g)
	p.Patience = time.Minute
	if err := p.Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	if want := "run kubectl edit x " + EditFrom + "=1 " + EditTo + "=2 KUBE_EDITOR=ed"; !strings.Contains(strings.Join(g.happened, "\n"), want) {
		t.Errorf("happened %q, want %q", g.happened, want)
	}
}

func TestPlayGoesOnInsideAStep(t *testing.T) {
	g := &stage{verdicts: [][]checks.Verdict{{checks.Passed}}, done: map[string]bool{}, record: map[string]int{"one": 2}}
	err := player(t, g).Play(context.Background())
	if !errors.Is(err, errNoReply) {
		t.Fatal(err)
	}
	want := []string{"step 1/2 one", "action kubectl apply -f a.yaml done=true", "passed there", "finished one", "step 2/2 two", "action kubectl edit x done=false"}
	if diff := cmp.Diff(want, g.happened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlaySaysWhatIsNoLongerSo(t *testing.T) {
	g := &stage{verdicts: [][]checks.Verdict{{checks.Failed}}, done: map[string]bool{"one": true}, record: map[string]int{}}
	if err := player(t, g).Play(context.Background()); !errors.Is(err, errNoReply) {
		t.Fatal(err)
	}
	if want := []string{"note These used to pass, ", "failed there"}; !cmp.Equal(g.happened[:2], want) {
		t.Errorf("happened %q, want first %q", g.happened, want)
	}
}

func TestLookBackCountsTheLastWordOnly(t *testing.T) {
	asked := 0
	g := &stage{verdicts: [][]checks.Verdict{{checks.Passed}}, done: map[string]bool{"one": true, "two": true}, record: map[string]int{}}
	p := player(t, g)
	same := checks.Check{ID: "later", Absent: &checks.AbsentProbe{Kind: "pod", Name: "a"}}
	p.Lesson.Steps[1].Blocks = []steps.Block{{Checks: []checks.Check{same}}}
	p.Cluster = lookFunc(func(cs []checks.Check) []checks.Result {
		asked += len(cs)
		if cs[0].ID != "later" {
			t.Errorf("looked at %q, want the later check", cs[0].ID)
		}
		return nil
	})
	if err := p.Play(context.Background()); err != nil || asked != 1 {
		t.Fatalf("Play: %v, %d checks looked at, want 1", err, asked)
	}
}

type lookFunc func([]checks.Check) []checks.Result

func (f lookFunc) Look(_ context.Context, cs []checks.Check) ([]checks.Result, error) {
	return f(cs), nil
}

func (f lookFunc) Watch(ctx context.Context, _ []checks.Check, _ func([]checks.Result)) error {
	return ctx.Err()
}

func TestRedoPutsBackWhatEarlierStepsApplied(t *testing.T) {
	g := &stage{
		replies: []Reply{{Kind: ReplyRedo}}, answers: []string{"7"}, verdicts: [][]checks.Verdict{{checks.Passed}},
		done: map[string]bool{"one": true}, record: map[string]int{},
	}
	if err := player(t, g).Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	edit := "run kubectl edit x " + EditFrom + "=1 " + EditTo + "=2 KUBE_EDITOR=ed"
	want := []string{
		"step 2/2 two", "action kubectl edit x done=false", "restored",
		"action kubectl apply -f a.yaml done=false", "run kubectl apply -f a.yaml", "action kubectl edit x done=false", edit, "ask q", "note Right. so", "finished two",
	}
	if diff := cmp.Diff(want, g.happened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedoInANewNamespaceDoesTheStepsBefore(t *testing.T) {
	g := &stage{
		replies: []Reply{{Kind: ReplyRedo}}, answers: []string{"7"}, verdicts: [][]checks.Verdict{{checks.Passed}},
		done: map[string]bool{"one": true}, record: map[string]int{}, lost: true, statuses: []int{0, 1},
	}
	p := player(t, g)
	one := &p.Lesson.Steps[0]
	one.Blocks = append(one.Blocks, steps.Block{Action: &steps.Action{Kind: steps.Run, Command: "kubectl create x", Line: 5}})
	if err := p.Play(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"step 2/2 two", "action kubectl edit x done=false", "restored", "note Doing the earlier st",
		"action kubectl apply -f a.yaml done=true", "run kubectl apply -f a.yaml", "action kubectl create x done=true", "run kubectl create x", "recovered",
		"action kubectl edit x done=false",
	}
	if diff := cmp.Diff(want, g.happened[:len(want)]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedoMakesAnewWhatCannotBeChanged(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		said   string
		forced []string
	}{
		"changed": {0, "", nil},
		"refused": {1, `The Deployment "web" is invalid: spec.selector: Invalid value: {"matchLabels":{}}: field is immutable`, []string{
			"note Some fields can't be", "action kubectl apply -f a.yaml --force done=false", "run kubectl apply -f a.yaml --force",
		}},
		"interrupted": {interruptedStatus, "", nil},
		"invalid":     {1, `The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`, nil},
		"forbidden":   {1, `Error from server (Forbidden): deployments.apps "web" is forbidden: User "a" cannot patch resource "deployments"`, nil},
		"away":        {1, "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?", nil},
		"no file":     {1, `error: the path "a.yaml" does not exist`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			g := &stage{
				replies: []Reply{{Kind: ReplyRedo}}, answers: []string{"7"}, verdicts: [][]checks.Verdict{{checks.Passed}},
				statuses: []int{tt.status}, said: []string{tt.said}, done: map[string]bool{"one": true}, record: map[string]int{},
			}
			if err := player(t, g).Play(context.Background()); err != nil {
				t.Fatal(err)
			}
			want := append([]string{"action kubectl apply -f a.yaml done=false", "run kubectl apply -f a.yaml"}, tt.forced...)
			want = append(want, "action kubectl edit x done=false", "run kubectl edit x "+EditFrom+"=1 "+EditTo+"=2 KUBE_EDITOR=ed")
			if diff := cmp.Diff(want, g.happened[3:3+len(want)]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
