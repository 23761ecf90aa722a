package checks

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// state is how far the cluster is with an object.
type state int

const (
	// Settled says that nothing is in its way, and that nothing is to come.
	Settled state = iota
	// Ongoing says that the cluster is still working on it.
	Ongoing
	// Blocked says that something is in its way that does not go away by itself.
	Blocked
)

// finding is how far the cluster is with an object, and why no further.
type finding struct {
	state  state
	reason lang.Message
	// again is when time alone may change it, zero for never.
	again time.Time
	// log is a run of a container whose last line would tell more, nil for none.
	log *logRef
}

func blocked(reason lang.Message) finding { return finding{state: Blocked, reason: reason} }
func ongoing(reason lang.Message) finding { return finding{state: Ongoing, reason: reason} }

// surroundings are what is known of the place where an object is.
type surroundings struct {
	// around has the objects of the same namespace.
	around *kube.Around
	// elsewhere names the namespaces that have an object of the wanted name and
	// kind, otherKinds the kinds that have one of that name in this namespace.
	elsewhere, otherKinds []string
	// lastLogs holds the last line that a crashed container printed.
	lastLogs map[logRef]string
}

// logRef is one past run of a container.
type logRef struct {
	namespace, pod, container string
	restarts                  int64
}

// settledAfter calls a reason waiting while what it is about has just changed.
func settledAfter(reason lang.Message, now time.Time, o *kube.Object) finding {
	f := blocked(reason)
	if until, is := kube.Fresh(kube.Changed(o), now, grace); is {
		f.state, f.again = Ongoing, until
	}
	return f
}
