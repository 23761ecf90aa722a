package checks

import (
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// progress says how far the cluster is with an object: failed when something
// stands in its way, waiting while it works on it, and a finding without a
// verdict when it is done. kstatus decides what our own rules do not.
func progress(o *object, s sight, now time.Time) finding {
	if o.GetDeletionTimestamp() != nil {
		return waiting(whyDeleting(o))
	}
	if f, found := obstacle(o, s, now); found {
		return f
	}
	if jobRuns(o) {
		return waiting(whyJobRuns(o))
	}
	result, err := status.Compute(o)
	if err != nil {
		return finding{}
	}
	switch result.Status {
	case status.InProgressStatus, status.TerminatingStatus:
		return waiting(whyInProgress(o, result.Message))
	case status.FailedStatus:
		return failed(because(lang.Same(namedObject(o)), whyKstatus(result.Message)))
	}
	if until, is := fresh(changedAt(o), now, grace); is {
		return finding{verdict: Waiting, again: until}
	}
	return finding{}
}

// obstacle is the first thing that keeps an object from its goal.
func obstacle(o *object, s sight, now time.Time) (finding, bool) {
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

func whyDeleting(o *object) lang.Message {
	if f := o.GetFinalizers(); len(f) > 0 {
		return lang.Messagef("%s is being deleted and waits for its finalizer %s",
			"%s 正在删除，等待终结器 %s", namedObject(o), f[0])
	}
	return lang.Messagef("%s is being deleted", "%s 正在删除", namedObject(o))
}

// whyInProgress says what is still to come.
func whyInProgress(o *object, message string) lang.Message {
	ready, _ := numberAt(o.Object, "status", "readyReplicas")
	switch o.GetKind() {
	case "Deployment", "ReplicaSet", "StatefulSet":
		return whyReplicas(o, ready)
	case "DaemonSet":
		n, _ := numberAt(o.Object, "status", "numberReady")
		m, _ := numberAt(o.Object, "status", "desiredNumberScheduled")
		return lang.Messagef("%d of %d pods of %s are ready", "%[3]s：%[2]d 个 Pod 中有 %[1]d 个就绪", n, m, namedObject(o))
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

func whyReplicas(o *object, ready int64) lang.Message {
	wanted, set := numberAt(o.Object, "spec", "replicas")
	if !set {
		wanted = 1
	}
	updated, _ := numberAt(o.Object, "status", "updatedReplicas")
	if ready >= wanted && o.GetKind() != "ReplicaSet" && updated < wanted {
		return lang.Messagef("%d of %d replicas of %s run the new version",
			"%[3]s：%[2]d 个副本中有 %[1]d 个已是新版本", updated, wanted, namedObject(o))
	}
	if total, _ := numberAt(o.Object, "status", "replicas"); ready >= wanted && total > wanted {
		return lang.Messagef("%s still has %d replicas, wanted %d", "%s 还有 %d 个副本，应为 %d", namedObject(o), total, wanted)
	}
	return lang.Messagef("%d of %d replicas of %s are ready",
		"%[3]s：%[2]d 个副本中有 %[1]d 个就绪", ready, wanted, namedObject(o))
}

// named renders an object as kubectl takes it in words: "Service web".
func named(kind, name string) string { return kind + " " + name }

func namedObject(o *object) string { return named(o.GetKind(), o.GetName()) }

// kstatusPhrases are the words of kstatus for kinds that have no rule of their own here.
func kstatusPhrases() []phrase {
	return []phrase{
		{"{} generation is {}, but latest observed generation is {}", "its controller has not looked at the newest change yet%.0[1]s", "控制器还没有处理最新的修改%.0[1]s"},
		{"Object is reconciling", "its controller is still at work", "控制器还在处理"},
		{"Service type is LoadBalancer", "it waits for a load balancer's address", "正在等待负载均衡器的地址"},
		{"Install in progress", "it is being installed", "正在安装"},
	}
}
