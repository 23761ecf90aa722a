package checks

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// rolloutObstacle speaks for a Deployment that will not go on by itself.
func rolloutObstacle(o *kube.Object) (finding, bool) {
	paused, _ := kube.At(o.Object, "spec", "paused").(bool)
	updated, _ := kube.Number(o.Object, "status", "updatedReplicas")
	if paused && updated < kube.WantedReplicas(o) {
		return blocked(lang.Messagef("%s is paused, so its change is not rolled out (kubectl rollout resume deployment %s)",
			"%s 已暂停，修改还没有发布（kubectl rollout resume deployment %s）", kube.NameOf(o), o.GetName())), true
	}
	return finding{}, false
}

// stuck adds to what keeps the newest pods of a Deployment from running that it
// has given up waiting, and that the old ones still serve.
func stuck(f finding, o *kube.Object, s surroundings) finding {
	if o.GetKind() != "Deployment" {
		return f
	}
	if pastDeadline(o) {
		limit := kube.NumberOr(kube.At(o.Object, "spec"), "progressDeadlineSeconds", 600)
		f.state = Blocked
		f.reason = words.And(f.reason, lang.Messagef("the rollout has made no progress for %d s (progressDeadlineSeconds)",
			"发布在 %d 秒内没有进展（progressDeadlineSeconds）", limit))
	}
	if n := oldReady(o, s); n > 0 && f.state == Blocked {
		f.reason = words.And(f.reason, lang.Messagef("meanwhile %d old pods keep serving", "在此期间仍由旧版本的 %d 个 Pod 提供服务", n))
	}
	return f
}

// pastDeadline reports that the rollout took longer than it may.
func pastDeadline(o *kube.Object) bool {
	return kube.Text(kube.Condition(o, "Progressing"), "reason") == "ProgressDeadlineExceeded"
}

// oldReady counts the ready pods of versions before the newest.
func oldReady(o *kube.Object, s surroundings) int {
	newest, n := kube.NewestReplicaSet(o, s.around), 0
	for _, rs := range kube.Owned(o, s.around.List("ReplicaSet")) {
		if newest != nil && rs.GetUID() == newest.GetUID() {
			continue
		}
		for _, pod := range kube.Owned(rs, s.around.List("Pod")) {
			if kube.Ready(pod) {
				n++
			}
		}
	}
	return n
}
