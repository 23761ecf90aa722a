package play

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// oneStep plays one step of an action, one that only looks, and a check.
func oneStep(t *testing.T, g *stage, command string) *Player {
	t.Helper()
	p := player(t, g)
	p.Lesson.Steps = []steps.Step{{ID: "one", Blocks: []steps.Block{
		{Action: &steps.Action{Kind: steps.Run, Command: command, Line: 1}},
		{Action: &steps.Action{Kind: steps.Run, Command: "kubectl get pods", Line: 2}},
		{Checks: []checks.Check{{ID: "there", Object: &checks.ObjectProbe{Kind: "Pod", Name: "a"}}}},
	}}}
	return p
}

const (
	gone = `Error from server (NotFound): pods "a" not found` + "\n"
	have = `Error from server (AlreadyExists): pods "a" already exists` + "\n"
	deaf = "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n"
)

// TestUnderWayWhenTheProgramEnded continues unattended after a kill between a
// command and its record.
func TestUnderWayWhenTheProgramEnded(t *testing.T) {
	passed, failed, waiting := []checks.Verdict{checks.Passed}, []checks.Verdict{checks.Failed}, []checks.Verdict{checks.Waiting}
	for name, tt := range map[string]struct {
		command, begun string
		verdicts       [][]checks.Verdict
		statuses       []int
		said           []string
		want           []string
		err            bool
	}{
		"it was done, the checks hold": {"kubectl delete pod a", "one/1", [][]checks.Verdict{passed}, nil, nil, []string{"run kubectl get pods"}, false},
		"it was done, on its way":      {"kubectl rollout undo x", "one/1", [][]checks.Verdict{waiting, passed}, nil, nil, []string{"run kubectl get pods"}, false},
		"it was done, as it says":      {"kubectl delete pod a", "one/1", [][]checks.Verdict{failed, passed}, []int{1}, []string{gone}, []string{"run kubectl delete pod a", "run kubectl get pods"}, false},
		"it was made, as it says":      {"kubectl run a", "one/1", [][]checks.Verdict{failed, passed}, []int{1}, []string{have}, []string{"run kubectl run a", "run kubectl get pods"}, false},
		"it was not done":              {"kubectl delete pod a", "one/1", [][]checks.Verdict{failed, passed}, nil, nil, []string{"run kubectl delete pod a", "run kubectl get pods"}, false},
		"half of it was done": {
			"kubectl delete pod a && kubectl delete pod b", "one/1",
			[][]checks.Verdict{failed, passed},
			[]int{1},
			[]string{gone},
			[]string{"run kubectl delete pod a && kubectl delete pod b", "run kubectl delete pod a --ignore-not-found && kubectl delete pod b --ignore-not-found", "run kubectl get pods"},
			false,
		},
		"it fails otherwise":        {"kubectl delete pod a", "one/1", [][]checks.Verdict{failed}, []int{1}, []string{"error: no rights"}, []string{"run kubectl delete pod a"}, true},
		"what it needs is missing":  {"kubectl scale deployment a", "one/1", [][]checks.Verdict{failed}, []int{1}, []string{gone}, []string{"run kubectl scale deployment a"}, true},
		"it was another one":        {"kubectl delete pod a", "one/2", [][]checks.Verdict{failed}, []int{1}, []string{gone}, []string{"run kubectl delete pod a"}, true},
		"nothing was, yet all is":   {"kubectl run a", "", [][]checks.Verdict{passed}, []int{1}, []string{have}, []string{"run kubectl run a", "run kubectl get pods"}, false},
		"nothing was, and it fails": {"kubectl run a", "", [][]checks.Verdict{failed}, []int{1}, []string{have}, []string{"run kubectl run a"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := &stage{replies: []Reply{{}, {}}, verdicts: tt.verdicts, statuses: tt.statuses, said: tt.said, begun: tt.begun}
			p := oneStep(t, g, tt.command)
			p.Patience = time.Minute
			if err := p.Play(t.Context()); (err != nil) != tt.err {
				t.Errorf("Play gave %v", err)
			}
			if diff := cmp.Diff(tt.want, g.ran()); diff != "" {
				t.Errorf("(-want +got):\n%s\n%q", diff, g.happened)
			}
		})
	}
}

// ran returns the commands that were run.
func (g *stage) ran() []string {
	return slices.DeleteFunc(slices.Clone(g.happened), func(s string) bool { return !strings.HasPrefix(s, "run ") })
}

// TestBeginIsKeptUntilTheEndIsKnown asks the record when each command runs, and after.
func TestBeginIsKeptUntilTheEndIsKnown(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		said   string
		want   string
	}{
		"done":        {0, "", ""},
		"failed":      {1, "error: no rights", "one/0"},
		"interrupted": {interruptedStatus, "", "one/1"},
		"no answer":   {1, deaf, "one/1"},
	} {
		g := &stage{replies: []Reply{{}}, verdicts: [][]checks.Verdict{{checks.Failed}}, statuses: []int{tt.status}, said: []string{tt.said}}
		p := oneStep(t, g, "kubectl run a")
		p.Lesson.Steps[0].Blocks = p.Lesson.Steps[0].Blocks[:1]
		if name == "no answer" {
			p.Patience = time.Millisecond
			p.Reach = func(context.Context) error { return errors.New("refused") }
		}
		p.Shell = runFunc(func() {
			if g.begun != "one/1" {
				t.Errorf("%s: while it ran, %q was begun", name, g.begun)
			}
		}, g)
		_ = p.Play(t.Context()) // it ends where nobody replies
		if g.begun != tt.want {
			t.Errorf("%s: afterwards %q is begun, want %q", name, g.begun, tt.want)
		}
	}
}

// TestAwayIsTriedAgain has a cluster that comes back, or does not.
func TestAwayIsTriedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		patience time.Duration
		// silent is how often the cluster does not answer.
		silent   int
		statuses []int
		said     []string
		revive   error
		mine     bool // the lesson can start it
		replies  int
		want     int
		err      bool
	}{
		"alone, it comes back":            {time.Minute, 1, []int{1}, []string{"curl: (7)"}, nil, false, 2, 2, false},
		"alone, it had come back":         {time.Minute, 0, []int{1}, []string{deaf}, nil, false, 2, 2, false},
		"alone, it was no silence":        {time.Minute, 0, []int{1}, []string{"curl: (7) connection refused"}, nil, false, 2, 1, true},
		"alone, it stays away":            {time.Millisecond, 99, []int{1}, []string{deaf}, nil, false, 2, 1, true},
		"alone, the sandbox":              {time.Minute, 2, []int{1}, []string{deaf}, nil, true, 2, 2, false},
		"alone, done before it went away": {time.Minute, 2, []int{1, 1}, []string{deaf, have}, nil, true, 2, 2, false},
		"alone, it hung as it went away":  {time.Minute, 3, []int{overdueStatus, 1}, []string{"", have}, nil, true, 2, 2, false},
		"alone, it hung":                  {time.Minute, 0, []int{overdueStatus}, nil, nil, true, 2, 1, true},
		"the sandbox":                     {0, 2, []int{1}, []string{deaf}, nil, true, 2, 2, false},
		"the sandbox does not start":      {0, 99, []int{1}, []string{deaf}, errors.New("no"), true, 1, 1, true},
		"another cluster":                 {0, 99, []int{1}, []string{deaf}, nil, false, 1, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := &stage{replies: make([]Reply, tt.replies), verdicts: [][]checks.Verdict{{checks.Passed}}, statuses: tt.statuses, said: tt.said}
			p := oneStep(t, g, "kubectl run a")
			p.Patience = tt.patience
			p.Reach = func(context.Context) error {
				if tt.silent--; tt.silent >= 0 {
					return errors.New("refused")
				}
				return nil
			}
			if tt.mine {
				p.Revive = func(context.Context) error { return tt.revive }
			}
			if err := p.Play(t.Context()); (err != nil) != tt.err {
				t.Errorf("Play gave %v", err)
			}
			n := len(slices.DeleteFunc(g.ran(), func(s string) bool { return s != "run kubectl run a" }))
			if n != tt.want {
				t.Errorf("run %d times, want %d: %q", n, tt.want, g.happened)
			}
		})
	}
}

// TestOnlyWholeOutputIsCompared has a command that is cut off: what it printed until
// then is no other output than the lesson shows.
func TestOnlyWholeOutputIsCompared(t *testing.T) {
	for name, tt := range map[string]struct {
		// silent is how often the cluster does not answer.
		silent   int
		statuses []int
		said     []string
		want     bool
	}{
		"it prints what is shown":          {0, nil, nil, false},
		"it prints something else":         {0, nil, []string{"else"}, true},
		"it fails":                         {0, []int{1}, []string{"error: no such image"}, true},
		"the cluster comes back":           {1, []int{1}, []string{"error: unexpected EOF"}, false},
		"the cluster had come back":        {0, []int{1}, []string{deaf}, false},
		"the cluster stays away":           {99, []int{1}, []string{"error: unexpected EOF"}, false},
		"its own last word was no answer":  {0, nil, []string{deaf}, false},
		"it hung":                          {0, []int{overdueStatus}, []string{"half"}, false},
		"it hung as the cluster went away": {1, []int{overdueStatus}, []string{"half"}, false},
		"the second try differs":           {1, []int{1, 0}, []string{deaf, "else"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &stage{replies: make([]Reply, 2), verdicts: [][]checks.Verdict{{checks.Passed}}, statuses: tt.statuses, said: tt.said}
			p := oneStep(t, g, "kubectl run a")
			p.Patience = time.Second
			p.Lesson.Steps[0].Blocks[0].Action.Output = "done"
			p.Reach = func(context.Context) error {
				if tt.silent--; tt.silent >= 0 {
					return errors.New("refused")
				}
				return nil
			}
			told := ""
			p.Differs = func(_ steps.Action, diff string) { told = diff }
			_ = p.Play(t.Context()) // some of these end badly
			if (told != "") != tt.want {
				t.Errorf("told %q, want something: %v; %q", told, tt.want, g.happened)
			}
		})
	}
}

// TestGateRevivesTheSandbox loses the cluster while checks are waited for.
func TestGateRevivesTheSandbox(t *testing.T) {
	t.Parallel()
	g := &stage{replies: make([]Reply, 2), verdicts: [][]checks.Verdict{{checks.Unknown}, {checks.Passed}}}
	p := oneStep(t, g, "kubectl run a")
	away := true
	p.Reach = func(context.Context) error {
		if away {
			return errors.New("refused")
		}
		return nil
	}
	p.Revive = func(context.Context) error { away = false; return nil }
	if err := p.Play(t.Context()); err != nil || away || !g.done["one"] {
		t.Errorf("Play gave %v, away %v, %q", err, away, g.happened)
	}
}

// TestNextPassesNothingThatDoesNotHold types next wherever one can.
func TestNextPassesNothingThatDoesNotHold(t *testing.T) {
	for _, v := range []checks.Verdict{checks.Failed, checks.Waiting, checks.Unknown} {
		for _, mode := range []steps.Mode{steps.Guided, steps.Challenge} {
			skip := Reply{Kind: ReplySkip}
			g := &stage{replies: []Reply{skip, skip, skip, skip, skip}, verdicts: [][]checks.Verdict{{v}}}
			p := oneStep(t, g, "kubectl run a")
			p.Lesson.Mode = mode
			p.Learner = caller{g, func(context.Context) error { return nil }}
			if err := p.Play(t.Context()); !errors.Is(err, errNoReply) || g.done["one"] {
				t.Errorf("%s, %s: Play gave %v, done %v", v, mode, err, g.done["one"])
			}
		}
	}
}

type runner struct {
	before func()
	*stage
}

// Run runs what comes before.
func (r runner) Run(ctx context.Context, command string, out, errOut io.Writer, env ...string) (int, error) {
	r.before()
	return r.stage.Run(ctx, command, out, errOut, env...)
}

func runFunc(before func(), g *stage) runner { return runner{before, g} }
