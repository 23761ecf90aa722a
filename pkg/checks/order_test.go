package checks

import (
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
)

// TestAnyOrder judges every recorded state with what was seen in other orders: the
// outcome must be the same. It does so twice, the second time with a twin of
// each object, and all events of the same second, so that only names tell them apart.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, dir := range []string{"why", "states"} {
		files, err := filepath.Glob("testdata/" + dir + "/*.yaml")
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases: %v", err)
		}
		for _, file := range files {
			tt, check := readCase(t, file)
			for _, around := range []recorded{tt.around(t), atOneTime(tt.around(t))} {
				s := tt.observation(t, check)
				s.Around = around.around()
				var want outcome
				for i := range 5 {
					shuffled := s
					shuffled.Around = shuffle(random, around).around()
					shuffled.objects = slices.Clone(s.objects)
					random.Shuffle(len(s.objects), swapping(shuffled.objects))
					got := evaluate(t.Context(), check, shuffled, tt.Now)
					if i == 0 {
						want = got
					}
					if diff := cmp.Diff(visible(want), visible(got)); diff != "" {
						t.Errorf("seed %d: %s: another order, another outcome:\n%s", seed, file, diff)
						break
					}
				}
			}
		}
	}
}

// visible is all of an outcome that anybody reads.
func visible(o outcome) []any {
	log := why.Run{}
	if o.log != nil {
		log = *o.log
	}
	return []any{o.Verdict, o.Reason, o.Hint, o.Differences, o.again.String(), log.Pod, log.Container}
}

func swapping(list []*kube.Object) func(i, j int) {
	return func(i, j int) { list[i], list[j] = list[j], list[i] }
}

func shuffle(random *rand.Rand, r recorded) recorded {
	out := recorded{}
	for _, kind := range slices.Sorted(maps.Keys(r)) {
		out[kind] = slices.Clone(r[kind])
		random.Shuffle(len(out[kind]), swapping(out[kind]))
	}
	return out
}

// atOneTime lets all events happen in one second, and gives each pod, Service and
// event a twin of another name.
func atOneTime(r recorded) recorded {
	for _, e := range r["Event"] {
		e.Object["lastTimestamp"] = "2026-01-01T00:59:50Z"
	}
	for kind, list := range r {
		for _, o := range list {
			twin := o.DeepCopy()
			twin.SetName("another-" + o.GetName())
			twin.SetUID("another-" + o.GetUID())
			if kind == "Event" {
				twin.Object["message"] = kube.Text(o.Object, "message") + " (again)"
				twin.SetUID("")
			}
			r[kind] = append(r[kind], twin)
		}
	}
	return r
}
