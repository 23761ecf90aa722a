package play

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

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
	// The block whose command is running, as in "one/2".
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
