package why

import (
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// A workload that was fixed still has pods of its old version for a while. What is
// wrong with those is no news, unless they are what keeps the new ones from coming.

// oldPod decides about the trouble of a pod of an old version. A StatefulSet that
// makes its pods one after the other does not replace one that is not ready
// (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
func oldPod(f Finding, pod, owner *kube.Object) Finding {
	old := lang.Messagef("%s still has the old version", "%s 还是旧版本", kube.NameOf(pod))
	switch {
	case kube.OnDelete(owner):
		f.Reason = words.And(f.Reason, lang.Messagef("%s, and the update strategy of %s is OnDelete: kubectl delete pod %s",
			"%s，而 %s 的更新策略是 OnDelete：kubectl delete pod %s", old, kube.NameOf(owner), pod.GetName()))
	case owner.GetKind() == "StatefulSet" && kube.Text(owner.Object, "spec", "podManagementPolicy") != "Parallel":
		f.Reason = words.And(f.Reason, lang.Messagef("%s, and %s doesn't replace a pod that isn't ready: kubectl delete pod %s",
			"%s，而 %s 不会替换没有就绪的 Pod：kubectl delete pod %s", old, kube.NameOf(owner), pod.GetName()))
	default:
		return ongoing(oldReason(pod))
	}
	return f
}

// aged decides about the trouble of a pod behind a Service, by whether a newer one
// is to come.
func aged(f Finding, pod *kube.Object, s Surroundings, now time.Time) Finding {
	if d := kube.SupersededBy(pod, s.Around); d != nil {
		f := Progress(d, s, now)
		if f.State == Settled {
			f.State = Ongoing
		}
		if f.Reason.IsZero() {
			f.Reason = oldReason(pod)
		}
		return f
	}
	for _, kind := range []string{"StatefulSet", "DaemonSet"} {
		for _, owner := range s.Around.List(kind) {
			if kube.Owns(owner, pod) && (kube.Unobserved(owner) || kube.OfOldVersion(pod, owner)) {
				return oldPod(f, pod, owner)
			}
		}
	}
	return f
}

func oldReason(pod *kube.Object) lang.Message {
	return lang.Messagef("%s still has the old version, but is about to be replaced", "%s 还是旧版本，即将替换", kube.NameOf(pod))
}
