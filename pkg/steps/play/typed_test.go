package play

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// TestTypedCommands types commands at the first action of a step.
func TestTypedCommands(t *testing.T) {
	type verdicts = [][]checks.Verdict
	passed, failed, waiting := []checks.Verdict{checks.Passed}, []checks.Verdict{checks.Failed}, []checks.Verdict{checks.Waiting}
	const shown = "kubectl run a --image=b"
	typed := func(commands ...string) []Reply {
		var replies []Reply
		for _, c := range commands {
			replies = append(replies, Reply{Kind: ReplyCommand, Command: c})
		}
		return replies
	}
	for name, tt := range map[string]struct {
		replies  []Reply
		verdicts verdicts
		statuses []int
		said     []string
		want     []string
	}{
		"the one that is shown": {
			replies: append(typed("k run --image b a"), Reply{}), verdicts: verdicts{passed},
			want: []string{"run k run --image b a", "action kubectl get pods done=false", "run kubectl get pods"},
		},
		"the one that is shown, failing": {
			replies: append(typed("k run --image b a"), Reply{}, Reply{}), verdicts: verdicts{passed}, statuses: []int{1},
			want: []string{"run k run --image b a", "note The command exited w", "run " + shown, "action kubectl get pods done=false", "run kubectl get pods"},
		},
		"another way": {
			replies: typed("kubectl create -f mine"), verdicts: verdicts{failed, passed},
			want: []string{"run kubectl create -f mine", "note Done your own way: t", "needless kubectl get pods"},
		},
		"another way, in two": {
			replies: typed("kubectl create -f mine", "kubectl wait pod a"), verdicts: verdicts{failed, waiting, passed},
			want: []string{"run kubectl create -f mine", "run kubectl wait pod a", "note Done your own way: t", "needless kubectl get pods"},
		},
		"another way, then Enter": {
			replies: append(typed("kubectl create -f mine"), Reply{}, Reply{}), verdicts: verdicts{failed, waiting, passed}, statuses: []int{0, 1}, said: []string{"", have},
			want: []string{"run kubectl create -f mine", "run " + shown, "note That's not an error:", "action kubectl get pods done=false", "run kubectl get pods"},
		},
		"a look is no work": {
			replies: append(typed("kubectl get pods"), Reply{}, Reply{}), verdicts: verdicts{passed},
			want: []string{"run kubectl get pods", "run " + shown, "action kubectl get pods done=false", "run kubectl get pods"},
		},
		"what held before is not its doing": {
			replies: append(typed("touch a"), Reply{}, Reply{}), verdicts: verdicts{passed},
			want: []string{"run touch a", "run " + shown, "action kubectl get pods done=false", "run kubectl get pods"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := &stage{replies: tt.replies, verdicts: tt.verdicts, statuses: tt.statuses, said: tt.said}
			if err := oneStep(t, g, shown).Play(t.Context()); err != nil {
				t.Errorf("Play gave %v", err)
			}
			want := append(append([]string{"step 1/1 one", "action " + shown + " done=false"}, tt.want...), "passed there", "finished one")
			if diff := cmp.Diff(want, g.happened); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestTypedApplyAppliesTheLessonsVersion types what Enter would type: the same file
// is applied.
func TestTypedApplyAppliesTheLessonsVersion(t *testing.T) {
	g := &stage{replies: []Reply{{Kind: ReplyCommand, Command: "k apply --filename a.yaml"}}, verdicts: [][]checks.Verdict{{checks.Passed}}}
	p := oneStep(t, g, "")
	p.Lesson.Steps[0].Blocks[0].Action = &steps.Action{Kind: steps.Apply, Manifest: "a.yaml", Source: "later/a.yaml", Command: "kubectl apply -f a.yaml"}
	p.Lesson.Steps[0].Blocks = p.Lesson.Steps[0].Blocks[:1]
	w, err := OpenWorkspace(t.TempDir(), p.Lesson, func(file string) ([]byte, error) { return []byte(file), nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := replace(w.path("a.yaml"), []byte("earlier")); err != nil {
		t.Fatal(err)
	}
	w.versions["a.yaml"] = append(w.versions["a.yaml"], []byte("earlier"))
	p.Workspace = w
	if err := p.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := read(t, w.path("a.yaml")); got != "later/a.yaml" {
		t.Errorf("applied %q", got)
	}
}

// TestTypedMendsWhatFailed types commands where checks have failed.
func TestTypedMendsWhatFailed(t *testing.T) {
	for name, tt := range map[string]struct {
		replies  []Reply
		verdicts [][]checks.Verdict
	}{
		"it holds at once": {[]Reply{{}, {}, {Kind: ReplyCommand, Command: "kubectl get pods"}}, [][]checks.Verdict{{checks.Failed}, {checks.Passed}}},
		"it is on its way": {[]Reply{{}, {}, {Kind: ReplyCommand, Command: "kubectl apply -f x"}}, [][]checks.Verdict{{checks.Failed}, {checks.Waiting}, {checks.Passed}}},
		"it was a look":    {[]Reply{{}, {}, {Kind: ReplyCommand, Command: "kubectl get pods"}, {}}, [][]checks.Verdict{{checks.Failed}, {checks.Waiting}, {checks.Passed}}},
		"it fails still":   {[]Reply{{}, {}, {Kind: ReplyCommand, Command: "kubectl apply -f x"}, {}}, [][]checks.Verdict{{checks.Failed}, {checks.Failed}, {checks.Passed}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &stage{replies: tt.replies, verdicts: tt.verdicts}
			if err := oneStep(t, g, "kubectl run a").Play(t.Context()); err != nil || len(g.replies) > 0 || !g.done["one"] {
				t.Errorf("Play gave %v; %d replies are left; %q", err, len(g.replies), g.happened)
			}
		})
	}
}
