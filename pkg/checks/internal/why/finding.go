package why

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// State is how far the cluster is with an object.
type State int

const (
	// Settled says that nothing is in its way, and that nothing is to come.
	Settled State = iota
	// Ongoing says that the cluster is still working on it.
	Ongoing
	// Blocked says that something is in its way that does not go away by itself.
	Blocked
)

// Finding is how far the cluster is with an object, and why no further.
type Finding struct {
	State  State
	Reason lang.Message
	// Again is when time alone may change it, zero for never.
	Again time.Time
	// Log is a run of a container whose last line would tell more, nil for none.
	Log *Run
}

func blocked(reason lang.Message) Finding { return Finding{State: Blocked, Reason: reason} }
func ongoing(reason lang.Message) Finding { return Finding{State: Ongoing, Reason: reason} }

// Surroundings are what is known of the place where an object is.
type Surroundings struct {
	// Around has the objects of the same namespace.
	Around *kube.Around
	// Elsewhere names the namespaces that have an object of the wanted name and
	// kind, OtherKinds the kinds that have one of that name in this namespace.
	Elsewhere, OtherKinds []string
	// LastLogs holds the last line that a crashed container printed.
	LastLogs map[Run]string
}

// Run is one past run of a container.
type Run struct {
	Namespace, Pod, Container string
	restarts                  int64
}

// settledAfter calls a reason waiting while what it is about has just changed.
func settledAfter(reason lang.Message, now time.Time, o *kube.Object) Finding {
	f := blocked(reason)
	if until, is := kube.Fresh(kube.Changed(o), now, timing.Grace); is {
		f.State, f.Again = Ongoing, until
	}
	return f
}
