package checks

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

func judgeObjects(p *ObjectsProbe, s observation, e expectation, now time.Time) judgment {
	if e.held() {
		if i := slices.IndexFunc(s.objects, kube.Unobserved); i >= 0 {
			return waiting(why.Unobserved(s.objects[i]))
		}
		return judgment{verdict: Passed}
	}
	if !e.mayChange() {
		return failed(e.reason())
	}
	if reason := whyFewer(p, s, e); !reason.IsZero() {
		return failed(words.And(e.reason(), reason))
	}
	f := progressOfAll(s, now)
	if miscounted(e) {
		// What keeps one of them from its goal does not explain how many there are.
		f.reason = e.reason()
	}
	return orElse(f, e.reason())
}

// progressOfAll is that of the first object that something keeps from progress,
// else of the first that waits.
func progressOfAll(s observation, now time.Time) judgment {
	var wait judgment
	for _, o := range s.objects {
		f := judged(why.Progress(o, s.Surroundings, now))
		if f.verdict == Failed {
			return f
		}
		if f.verdict == Waiting && (wait.verdict == "" || wait.reason.IsZero()) {
			wait = f
		}
	}
	return wait
}

// miscounted reports that there are too many or too few.
func miscounted(e expectation) bool {
	return slices.ContainsFunc(e.diffs, func(d Difference) bool { return d.Path == "count" })
}

// whyFewer explains missing pods that the API server refused to a workload, when there
// are too few; zero when none was refused.
func whyFewer(p *ObjectsProbe, s observation, e expectation) lang.Message {
	if p.Kind != "Pod" || !miscounted(e) || enough(bounds{p.Count, p.Min, p.Max}, len(s.objects)) {
		return lang.Message{}
	}
	for _, maker := range kube.Makers(selectorOr(p.selector, p.Selector).Matches, s.Around) {
		if message := why.RefusedPods(maker, s.Surroundings); message != "" && !kube.Unobserved(maker) {
			return why.PodsRefused(maker, message)
		}
	}
	return lang.Message{}
}

// enough reports that there are not too few.
func enough(b bounds, n int) bool {
	least := 1
	switch {
	case b.count != nil:
		least = *b.count
	case b.min != nil:
		least = *b.min
	case b.max != nil:
		least = 0
	}
	return n >= least
}

// wantsMore reports that a check counts on more pods than the workload is told to
// have, so that nothing its pods wait for explains what is missing.
func wantsMore(o *kube.Object, e expectation) bool {
	if !kube.MakesPods(o.GroupVersionKind()) || o.GetKind() == "DaemonSet" || o.GetKind() == "Job" {
		return false
	}
	return slices.ContainsFunc(e.diffs, func(d Difference) bool {
		wanted, err := strconv.ParseInt(d.Wanted, 10, 64)
		return err == nil && wanted > kube.WantedReplicas(o) && strings.HasPrefix(d.Path, "status.") && strings.HasSuffix(strings.ToLower(d.Path), "replicas")
	})
}
