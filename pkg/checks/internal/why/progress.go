package why

import (
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Progress says how far the cluster is with an object. kstatus decides what our own
// rules do not.
func Progress(o *kube.Object, s Surroundings, now time.Time) Finding {
	if kube.Deleting(o) {
		return ongoing(Deleting(o))
	}
	if f, found := obstacle(o, s, now); found {
		return f
	}
	if kube.JobRuns(o) {
		return ongoing(whyJobRuns(o))
	}
	if why, held := HeldBack(o); held {
		return blocked(why)
	}
	reached, message, err := Status(o)
	if err != nil {
		return Finding{}
	}
	switch reached {
	case status.InProgressStatus, status.TerminatingStatus:
		return ongoing(whyInProgress(o, message))
	case status.FailedStatus:
		return blocked(words.Because(lang.Same(kube.NameOf(o)), whyKstatus(message)))
	}
	if until, is := kube.Fresh(kube.Changed(o), now, timing.Grace); is {
		return Finding{State: Ongoing, Again: until}
	}
	return Finding{}
}

// Status is kstatus' word on an object. It takes a StatefulSet whose strategy is
// OnDelete for done whatever its pods do; here they must be ready.
func Status(o *kube.Object) (status.Status, string, error) {
	result, err := status.Compute(o)
	if err != nil {
		return status.UnknownStatus, "", err
	}
	if result.Status == status.CurrentStatus && o.GetKind() == "StatefulSet" && kube.OnDelete(o) && !kube.AllReady(o) {
		return status.InProgressStatus, result.Message, nil
	}
	return result.Status, result.Message, nil
}

// obstacle is the first thing that keeps an object from its goal.
func obstacle(o *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	switch o.GroupVersionKind().GroupKind().String() {
	case "Pod":
		return podObstacle(o, s, now)
	case claimKind:
		return claimObstacle(o, s, now)
	}
	if !kube.MakesPods(o.GroupVersionKind()) {
		return Finding{}, false
	}
	return workloadObstacle(o, s, now)
}

// whyInProgress says what is still to come.
func whyInProgress(o *kube.Object, message string) lang.Message {
	if kube.Unobserved(o) {
		return Unobserved(o)
	}
	switch o.GetKind() {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet":
		return whyReplicas(o)
	case "Pod":
		return whyPodStarts(o)
	default:
		return words.Because(lang.Same(kube.NameOf(o)), whyKstatus(message))
	}
}

// whyKstatus puts kstatus' words for any kind into both languages.
func whyKstatus(message string) lang.Message {
	return words.Translate(message, kstatusPhrases())
}

// kstatusPhrases are the words of kstatus for kinds that have no rule of their own here.
func kstatusPhrases() []words.Phrase {
	return []words.Phrase{
		{"{} generation is {}, but latest observed generation is {}", "its controller hasn't processed the latest change yet%.0[1]s", "控制器还没有处理最新的修改%.0[1]s"},
		{"Object is reconciling", "its controller is still working on it", "控制器还在处理"},
		{"Service type is LoadBalancer", "it is waiting for the load balancer's address", "正在等待负载均衡器的地址"},
		{"Install in progress", "it is being installed", "正在安装"},
	}
}

// Unobserved says that the newest version of an object waits for its controller.
func Unobserved(o *kube.Object) lang.Message {
	return lang.Messagef("%s has changed, but its controller hasn't processed the change yet", "%s 已修改，它的控制器还没有处理", kube.NameOf(o))
}
