package play

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// stage is everything around a Player; it writes down what happens.
type stage struct {
	happened []string
	replies  []Reply
	answers  []string
	// verdicts is what each watch reports, in order; the last stays.
	verdicts [][]checks.Verdict
	statuses []int
	// said is what each command prints on stderr, in order.
	said     []string
	record   map[string]int
	done     map[string]bool
	attempts int
	answered []string
	// lost is what Restore says.
	lost bool
	// begun is the block whose command is under way, as in "one/2".
	begun string
	// live says that the screen shows checks that are being waited for.
	live bool
}

func (g *stage) note(format string, args ...any) {
	g.happened = append(g.happened, fmt.Sprintf(format, args...))
}

func (g *stage) Run(_ context.Context, command string, out, errOut io.Writer, env ...string) (int, error) {
	if _, err := io.WriteString(out, "done\n"); err != nil {
		return 0, err
	}
	g.note("run %s", strings.TrimSpace(command+" "+strings.Join(env, " ")))
	if len(g.said) > 0 {
		if _, err := io.WriteString(errOut, g.said[0]); err != nil {
			return 0, err
		}
		g.said = g.said[1:]
	}
	if len(g.statuses) == 0 {
		return 0, nil
	}
	status := g.statuses[0]
	g.statuses = g.statuses[1:]
	return status, nil
}

func (g *stage) results(cs []checks.Check) []checks.Result {
	out := make([]checks.Result, len(cs))
	for i, c := range cs {
		out[i] = checks.Result{Check: c, Verdict: g.verdicts[0][i%len(g.verdicts[0])]}
	}
	if len(g.verdicts) > 1 {
		g.verdicts = g.verdicts[1:]
	}
	return out
}

func (g *stage) Look(_ context.Context, cs []checks.Check) ([]checks.Result, error) {
	return g.results(cs), nil
}

func (g *stage) Watch(ctx context.Context, cs []checks.Check, report func([]checks.Result)) error {
	report(g.results(cs))
	<-ctx.Done()
	return ctx.Err()
}

func (g *stage) Behind(step string) (int, bool) { return g.record[step], g.done[step] }
func (g *stage) Advance(step string, n int) error {
	g.record[step], g.begun = n, ""
	return nil
}

func (g *stage) Begin(step string, block int) error {
	g.begun = fmt.Sprintf("%s/%d", step, block)
	return nil
}

func (g *stage) Begun(step string, block int) bool {
	return g.begun == fmt.Sprintf("%s/%d", step, block)
}
func (g *stage) Attempt(string) error { g.attempts++; return nil }
func (g *stage) Recovered() error     { g.note("recovered"); return nil }

func (g *stage) Answered(step, question, answer string, right bool) error {
	g.answered = append(g.answered, fmt.Sprintf("%s/%s: %s %v", step, question, answer, right))
	return nil
}

func (g *stage) Finish(step string) error {
	g.done[step] = true
	g.note("finished %s", step)
	return nil
}

func (g *stage) Open(n, total int, s steps.Step)  { g.note("step %d/%d %s", n, total, s.ID) }
func (g *stage) Prose(string)                     {}
func (g *stage) Action(a steps.Action, done bool) { g.note("action %s done=%v", a.Command, done) }
func (g *stage) Needless(a steps.Action)          { g.note("needless %s", a.Command) }
func (g *stage) Output() io.Writer                { return io.Discard }
func (g *stage) Ran()                             {}
func (g *stage) Live([]checks.Result)             { g.live = true }
func (g *stage) Still()                           { g.live = false }
func (g *stage) Question(q steps.Question)        { g.note("ask %s", q.ID) }
func (g *stage) Note(m lang.Message)              { g.note("note %.20s", m.EN) }
func (g *stage) Hint(h steps.Hint)                { g.note("hint %s", h.Title) }
func (g *stage) Results(rs []checks.Result) {
	for _, r := range rs {
		g.note("%s %s", r.Verdict, r.Check.ID)
	}
}

var errNoReply = errors.New("nothing more to reply")

func (g *stage) reply() (Reply, error) {
	if len(g.replies) == 0 {
		return Reply{}, errNoReply
	}
	r := g.replies[0]
	g.replies = g.replies[1:]
	return r, nil
}

func (g *stage) Choose(context.Context, steps.Action) (Reply, error) { return g.reply() }
func (g *stage) Stuck(context.Context) (Reply, error)                { return g.reply() }
func (g *stage) Continue(context.Context) error                      { return nil }
func (g *stage) Call(ctx context.Context) error                      { <-ctx.Done(); return ctx.Err() }

func (g *stage) Answer(context.Context, steps.Question) (string, error) {
	a := g.answers[0]
	g.answers = g.answers[1:]
	return a, nil
}

// player plays a lesson of two steps: apply and check, edit and quiz.
func player(t *testing.T, g *stage) *Player {
	t.Helper()
	if g.record == nil {
		g.record, g.done = map[string]int{}, map[string]bool{}
	}
	lesson := &steps.Lesson{ID: "l", Steps: []steps.Step{
		{
			ID:    "one",
			Hints: []steps.Hint{{Title: "look"}},
			Blocks: []steps.Block{
				{Prose: "words"},
				{Action: &steps.Action{Kind: steps.Apply, Manifest: "a.yaml", Source: "a.yaml", Command: "kubectl apply -f a.yaml", Line: 3}},
				{Checks: []checks.Check{{ID: "there", Object: &checks.ObjectProbe{Kind: "Pod", Name: "a"}}}},
			},
		},
		{
			ID: "two",
			Blocks: []steps.Block{
				{Action: &steps.Action{Kind: steps.Run, Command: "kubectl edit x", Line: 9, Edit: &steps.Edit{From: "1", To: "2"}}},
				{Quiz: []steps.Question{{ID: "q", Kind: steps.QuizNumber, Answer: steps.Answer{Number: 7}, Because: "so"}}},
			},
		},
	}}
	w, err := OpenWorkspace(t.TempDir(), lesson, func(file string) ([]byte, error) { return []byte("content of " + file), nil })
	if err != nil {
		t.Fatal(err)
	}
	return &Player{Lesson: lesson, Workspace: w, Shell: g, Cluster: g, Record: g, Screen: g, Learner: g, Editor: "ed", Restore: func(context.Context) (bool, error) { g.note("restored"); return g.lost, nil }}
}

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
	if want := []string{"note Finished before, but", "failed there"}; !cmp.Equal(g.happened[:2], want) {
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
		"step 2/2 two", "action kubectl edit x done=false", "restored", "note The steps before thi",
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
			"note What differs there c", "action kubectl apply -f a.yaml --force done=false", "run kubectl apply -f a.yaml --force",
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
