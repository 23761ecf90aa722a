package checks

import (
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// progress says how far the cluster is with an object. kstatus decides what our own
// rules do not.
func progress(o *object, s surroundings, now time.Time) finding {
	if deleting(o) {
		return ongoing(whyDeleting(o))
	}
	if f, found := obstacle(o, s, now); found {
		return f
	}
	if jobRuns(o) {
		return ongoing(whyJobRuns(o))
	}
	if why, held := heldBack(o); held {
		return blocked(why)
	}
	reached, message, err := statusOf(o)
	if err != nil {
		return finding{}
	}
	switch reached {
	case status.InProgressStatus, status.TerminatingStatus:
		return ongoing(whyInProgress(o, message))
	case status.FailedStatus:
		return blocked(because(lang.Same(namedObject(o)), whyKstatus(message)))
	}
	if until, is := fresh(changedAt(o), now, grace); is {
		return finding{state: Ongoing, again: until}
	}
	return finding{}
}

// statusOf is kstatus' word on an object. It takes a StatefulSet whose strategy is
// OnDelete for done whatever its pods do; here they must be ready.
func statusOf(o *object) (status.Status, string, error) {
	result, err := status.Compute(o)
	if err != nil {
		return status.UnknownStatus, "", err
	}
	if result.Status == status.CurrentStatus && o.GetKind() == "StatefulSet" && onDelete(o) && !podsReady(o) {
		return status.InProgressStatus, result.Message, nil
	}
	return result.Status, result.Message, nil
}

// obstacle is the first thing that keeps an object from its goal.
func obstacle(o *object, s surroundings, now time.Time) (finding, bool) {
	switch o.GroupVersionKind().GroupKind().String() {
	case "Pod":
		return podObstacle(o, s, now)
	case claimKind:
		return claimObstacle(o, s, now)
	}
	if !ownsPods(o.GroupVersionKind()) {
		return finding{}, false
	}
	return workloadObstacle(o, s, now)
}

// ownsPods reports that an object of this kind makes pods.
func ownsPods(gvk schema.GroupVersionKind) bool {
	switch gvk.Group + "/" + gvk.Kind {
	case "apps/Deployment", "apps/ReplicaSet", "apps/StatefulSet", "apps/DaemonSet", "batch/Job":
		return true
	}
	return false
}

// whyInProgress says what is still to come.
func whyInProgress(o *object, message string) lang.Message {
	if behind(o) {
		return whyUnseen(o)
	}
	switch o.GetKind() {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet":
		return whyReplicas(o)
	case "Pod":
		return whyPodStarts(o)
	default:
		return because(lang.Same(namedObject(o)), whyKstatus(message))
	}
}

// whyKstatus puts kstatus' words for any kind into both languages.
func whyKstatus(message string) lang.Message {
	return said(message, kstatusPhrases())
}

// named renders an object as kubectl takes it in words: "Service web".
func named(kind, name string) string { return kind + " " + name }

func namedObject(o *object) string { return named(o.GetKind(), o.GetName()) }

// kstatusPhrases are the words of kstatus for kinds that have no rule of their own here.
func kstatusPhrases() []phrase {
	return []phrase{
		{"{} generation is {}, but latest observed generation is {}", "its controller has not processed the newest change yet%.0[1]s", "控制器还没有处理最新的修改%.0[1]s"},
		{"Object is reconciling", "its controller is still working on it", "控制器还在处理"},
		{"Service type is LoadBalancer", "it is waiting for the load balancer's address", "正在等待负载均衡器的地址"},
		{"Install in progress", "it is being installed", "正在安装"},
	}
}
