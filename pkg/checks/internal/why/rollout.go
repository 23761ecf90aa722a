package why

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// rolloutObstacle explains a Deployment that will not go on by itself.
func rolloutObstacle(o *kube.Object) (Finding, bool) {
	paused, _ := kube.At(o.Object, "spec", "paused").(bool)
	updated, _ := kube.Number(o.Object, "status", "updatedReplicas")
	if paused && updated < kube.WantedReplicas(o) {
		return blocked(lang.Messagef("%s is paused, so its change isn't rolled out (kubectl rollout resume deployment %s)",
			"%s 已暂停，修改还没有发布（kubectl rollout resume deployment %s）", kube.NameOf(o), o.GetName())), true
	}
	return Finding{}, false
}

// stuck adds to what keeps the newest pods of a Deployment from running that it
// has given up waiting, and that the old ones still serve.
func stuck(f Finding, o *kube.Object, s Surroundings) Finding {
	if o.GetKind() != "Deployment" {
		return f
	}
	if pastDeadline(o) {
		limit := kube.NumberOr(kube.At(o.Object, "spec"), "progressDeadlineSeconds", 600)
		f.State = Blocked
		f.Reason = words.And(f.Reason, lang.Messagef("the rollout has made no progress for %d s (progressDeadlineSeconds)",
			"发布在 %d 秒内没有进展（progressDeadlineSeconds）", limit))
	}
	if n := oldReady(o, s); n > 0 && f.State == Blocked {
		f.Reason = words.And(f.Reason, lang.Messagef("meanwhile, %d old pods keep serving", "在此期间仍由旧版本的 %d 个 Pod 提供服务", n))
	}
	return f
}

// oldReady counts the ready pods of versions before the newest.
func oldReady(o *kube.Object, s Surroundings) int {
	newest, n := kube.NewestReplicaSet(o, s.Around), 0
	for _, rs := range kube.Owned(o, s.Around.List("ReplicaSet")) {
		if newest != nil && rs.GetUID() == newest.GetUID() {
			continue
		}
		for _, pod := range kube.Owned(rs, s.Around.List("Pod")) {
			if kube.Ready(pod) {
				n++
			}
		}
	}
	return n
}
