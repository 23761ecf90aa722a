package why

import (
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// workloadObstacle is what keeps the newest pods of a workload from running, or
// from being made at all.
func workloadObstacle(o *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	if kube.Unobserved(o) || s.Around == nil {
		return Finding{}, false
	}
	if f, found := rolloutObstacle(o); found {
		return f, true
	}
	if message := RefusedPods(o, s); message != "" {
		return blocked(PodsRefused(o, message)), true
	}
	f, found := podsTrouble(o, s, now)
	if o.GetKind() == "Job" {
		return jobObstacle(o, f, found)
	}
	if !found && pastDeadline(o) {
		return stuck(blocked(whyInProgress(o, "")), o, s), true
	}
	return stuck(f, o, s), found
}

// PodsRefused says why the API server does not take the pods of a workload.
func PodsRefused(o *kube.Object, message string) lang.Message {
	return words.Because(lang.Messagef("the pods of %s can't be created", "%s 的 Pod 无法创建", kube.NameOf(o)), whyNotMade(message))
}

// RefusedPods is what the API server said when it refused a workload its pods, ""
// when it did not, or took them since.
func RefusedPods(o *kube.Object, s Surroundings) string {
	if c := kube.Condition(o, "ReplicaFailure"); kube.Text(c, "status") == "True" {
		return kube.Text(c, "message")
	}
	if o.GetKind() == "Deployment" {
		if newest := kube.NewestReplicaSet(o, s.Around); newest != nil {
			return RefusedPods(newest, s)
		}
		return ""
	}
	e := kube.LastEvent(o, s.Around, "FailedCreate")
	if e == nil || !lacksPods(o, s) {
		return ""
	}
	if made := kube.LastEvent(o, s.Around, "SuccessfulCreate"); made != nil && kube.EventTime(made).After(kube.EventTime(e)) {
		return ""
	}
	_, message, cut := strings.Cut(kube.Text(e.Object, "message"), " error: ")
	if !cut {
		return kube.Text(e.Object, "message")
	}
	return message
}

// lacksPods reports that a workload has fewer pods than it wants: what was refused
// once may have been taken in the same second.
func lacksPods(o *kube.Object, s Surroundings) bool {
	if o.GetKind() == "Job" {
		return kube.JobRuns(o) && kube.NumberOr(kube.At(o.Object, "status"), "active", 0) < kube.NumberOr(kube.At(o.Object, "spec"), "parallelism", 1)
	}
	var left int64
	for _, pod := range kube.Owned(o, s.Around.List("Pod")) {
		if !kube.Deleting(pod) {
			left++
		}
	}
	return left < kube.CopiesOf(o).Wanted
}

// podsTrouble is the gravest trouble of the newest pods of a workload.
func podsTrouble(o *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	var wait *Finding
	for _, pod := range kube.PodsOf(o, s.Around) {
		if kube.Deleting(pod) {
			continue
		}
		f, found := podObstacle(pod, s, now)
		if found && f.State == Blocked && kube.OfOldVersion(pod, o) {
			f = oldPod(f, pod, o)
		}
		if found && f.State == Blocked {
			return f, true
		}
		if !found && kube.RunningInit(pod) != "" {
			f, found = ongoing(whyPodStarts(pod)), true
		}
		if found && wait == nil {
			wait = &f
		}
	}
	if wait != nil {
		return *wait, true
	}
	return Finding{}, false
}

// pastDeadline reports that the rollout took longer than it may.
func pastDeadline(o *kube.Object) bool {
	return kube.Text(kube.Condition(o, "Progressing"), "reason") == "ProgressDeadlineExceeded"
}
