package checks

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// copies counts the pods of a workload by how far they are. A DaemonSet has fields
// of its own for it.
type copies struct{ wanted, total, updated, ready, available int64 }

func copiesOf(o *object) copies {
	status := at(o.Object, "status")
	if o.GetKind() == "DaemonSet" {
		return copies{
			wanted:  numberOr(status, "desiredNumberScheduled", 0),
			total:   numberOr(status, "currentNumberScheduled", 0),
			updated: numberOr(status, "updatedNumberScheduled", 0),
			ready:   numberOr(status, "numberReady", 0), available: numberOr(status, "numberAvailable", 0),
		}
	}
	c := copies{
		wanted: wantedReplicas(o), total: numberOr(status, "replicas", 0), updated: numberOr(status, "updatedReplicas", 0),
		ready: numberOr(status, "readyReplicas", 0), available: numberOr(status, "availableReplicas", 0),
	}
	if o.GetKind() == "ReplicaSet" {
		c.updated = c.total
	}
	return c
}

// whyReplicas says what a workload's pods still lack: the first of being ready, of
// being new, of being the only ones, of having been ready for long enough.
func whyReplicas(o *object) lang.Message {
	c := copiesOf(o)
	seconds := numberOr(at(o.Object, "spec"), "minReadySeconds", 0)
	switch {
	case c.ready < c.wanted:
		return lang.Messagef("%d of %d %s of %s are ready", "%[4]s：%[2]d 个%[3]s中有 %[1]d 个就绪", c.ready, c.wanted, copyWord(o), namedObject(o))
	case c.updated < c.wanted:
		return lang.Messagef("%d of %d %s of %s run the new version", "%[4]s：%[2]d 个%[3]s中有 %[1]d 个已是新版本",
			c.updated, c.wanted, copyWord(o), namedObject(o))
	case c.total > c.wanted:
		return lang.Messagef("%s still has %d %s, wanted %d", "%s 还有 %d 个%s，应为 %d", namedObject(o), c.total, copyWord(o), c.wanted)
	case c.available < c.wanted && seconds > 0:
		return lang.Messagef("the %s of %s are ready, but must stay so for %d s (minReadySeconds)",
			"%[2]s 的%[1]s已就绪，但还要保持就绪 %[3]d 秒（minReadySeconds）", copyWord(o), namedObject(o), seconds)
	}
	return because(lang.Same(namedObject(o)), whyKstatus("Object is reconciling"))
}

// copyWord is what the pods of a workload are called in a sentence.
func copyWord(o *object) lang.Message {
	if o.GetKind() == "DaemonSet" {
		return lang.Messagef("pods", " Pod ")
	}
	return lang.Messagef("replicas", "副本")
}

// podsReady reports that a workload has as many ready pods as it wants, and no other.
func podsReady(o *object) bool {
	c := copiesOf(o)
	return c.ready >= c.wanted && c.total == c.wanted
}

// onDelete reports that a workload does not replace its pods by itself.
func onDelete(o *object) bool {
	return textAt(o.Object, "spec", "updateStrategy", "type") == "OnDelete"
}

// heldBack speaks for a StatefulSet or DaemonSet whose pods are ready, but not all
// new: it has been told to leave them alone.
func heldBack(o *object) (lang.Message, bool) {
	c := copiesOf(o)
	if o.GetKind() != "StatefulSet" && o.GetKind() != "DaemonSet" || behind(o) || !podsReady(o) || c.updated >= c.wanted {
		return lang.Message{}, false
	}
	some := lang.Messagef("%d of %d %s of %s run the new version", "%[4]s：%[2]d 个%[3]s中有 %[1]d 个已是新版本",
		c.updated, c.wanted, copyWord(o), namedObject(o))
	partition, _ := numberAt(o.Object, "spec", "updateStrategy", "rollingUpdate", "partition")
	switch {
	case onDelete(o):
		return and(some, lang.Messagef("its update strategy is OnDelete, so you have to delete the old pods yourself", "更新策略是 OnDelete，旧的 Pod 要你自己删除")), true
	case partition > 0 && c.updated >= c.wanted-partition:
		return and(some, lang.Messagef("partition %d keeps the old version in the pods with a lower number", "partition 为 %d，编号更小的 Pod 保留旧版本", partition)), true
	}
	return lang.Message{}, false
}
