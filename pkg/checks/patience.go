package checks

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// patient makes a failure wait where the author of a check says that the cluster
// may take a while after a change, as with an object that something else makes, or a
// restart that a probe brings about. Otherwise what has settled has failed at once.
func patient(f judgment, c Check, s observation, now time.Time) judgment {
	if c.Grace <= timing.Grace || f.verdict != Failed {
		return f
	}
	if until, is := kube.Fresh(lastWritten(s), s.askedAt(now), c.Grace); is {
		f.verdict = Waiting
		if until.After(now) {
			f.again = until
		}
	}
	return f
}

// lastWritten is when what a check looks at last changed. What is not there yet
// counts from when somebody began to watch for it.
func lastWritten(s observation) time.Time {
	var last time.Time
	if s.object == nil && len(s.objects) == 0 {
		last = s.began
	}
	for _, o := range append(contentsAround(s), s.objects...) {
		if t := kube.Written(o); t.After(last) {
			last = t
		}
	}
	return last
}
