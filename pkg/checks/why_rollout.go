package checks

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// rolloutObstacle speaks for a Deployment that will not go on by itself.
func rolloutObstacle(o *object) (finding, bool) {
	paused, _ := at(o.Object, "spec", "paused").(bool)
	updated, _ := numberAt(o.Object, "status", "updatedReplicas")
	if paused && updated < wantedReplicas(o) {
		return blocked(lang.Messagef("%s is paused, so its change is not rolled out (kubectl rollout resume deployment %s)",
			"%s 已暂停，修改还没有发布（kubectl rollout resume deployment %s）", namedObject(o), o.GetName())), true
	}
	return finding{}, false
}

// stuck adds to what keeps the newest pods of a Deployment from running that it
// has given up waiting, and that the old ones still serve.
func stuck(f finding, o *object, s surroundings) finding {
	if o.GetKind() != "Deployment" {
		return f
	}
	if pastDeadline(o) {
		limit := numberOr(at(o.Object, "spec"), "progressDeadlineSeconds", 600)
		f.state = Blocked
		f.reason = and(f.reason, lang.Messagef("the rollout has made no progress for %d s (progressDeadlineSeconds)",
			"发布在 %d 秒内没有进展（progressDeadlineSeconds）", limit))
	}
	if n := oldReady(o, s); n > 0 && f.state == Blocked {
		f.reason = and(f.reason, lang.Messagef("meanwhile %d old pods keep serving", "在此期间仍由旧版本的 %d 个 Pod 提供服务", n))
	}
	return f
}

// pastDeadline reports that the rollout took longer than it may.
func pastDeadline(o *object) bool {
	return textAt(conditionOf(o, "Progressing"), "reason") == "ProgressDeadlineExceeded"
}

// oldReady counts the ready pods of versions before the newest.
func oldReady(o *object, s surroundings) int {
	newest, n := newestReplicaSet(o, s.around), 0
	for _, rs := range owned(o, s.around.near("ReplicaSet")) {
		if newest != nil && rs.GetUID() == newest.GetUID() {
			continue
		}
		for _, pod := range owned(rs, s.around.near("Pod")) {
			if podReady(pod) {
				n++
			}
		}
	}
	return n
}

func wantedReplicas(o *object) int64 { return numberOr(at(o.Object, "spec"), "replicas", 1) }
