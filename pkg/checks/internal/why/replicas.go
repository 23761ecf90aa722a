package why

import (
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// whyReplicas says what a workload's pods still lack: the first of being ready, of
// being new, of being the only ones, of having been ready for long enough.
func whyReplicas(o *kube.Object) lang.Message {
	c := kube.CopiesOf(o)
	seconds := kube.NumberOr(kube.At(o.Object, "spec"), "minReadySeconds", 0)
	switch {
	case c.Ready < c.Wanted:
		return lang.Messagef("%d of %d %s of %s are ready", "%[4]s：%[2]d 个%[3]s中有 %[1]d 个就绪", c.Ready, c.Wanted, copyWord(o), kube.NameOf(o))
	case c.Updated < c.Wanted:
		return lang.Messagef("%d of %d %s of %s run the new version", "%[4]s：%[2]d 个%[3]s中有 %[1]d 个已是新版本",
			c.Updated, c.Wanted, copyWord(o), kube.NameOf(o))
	case c.Total > c.Wanted:
		return lang.Messagef("%s still has %d %s, wanted %d", "%s 还有 %d 个%s，应为 %d", kube.NameOf(o), c.Total, copyWord(o), c.Wanted)
	case c.Available < c.Wanted && seconds > 0:
		return lang.Messagef("the %s of %s are ready, but must stay ready for %d s (minReadySeconds)",
			"%[2]s 的%[1]s已就绪，但还要保持就绪 %[3]d 秒（minReadySeconds）", copyWord(o), kube.NameOf(o), seconds)
	}
	return words.Because(lang.Same(kube.NameOf(o)), whyKstatus("Object is reconciling"))
}

// copyWord is what the pods of a workload are called in a sentence.
func copyWord(o *kube.Object) lang.Message {
	if o.GetKind() == "DaemonSet" {
		return lang.Messagef("pods", " Pod ")
	}
	return lang.Messagef("replicas", "副本")
}

// HeldBack explains a StatefulSet or DaemonSet whose pods are ready, but not all
// new: it has been told to leave them alone.
func HeldBack(o *kube.Object) (lang.Message, bool) {
	c := kube.CopiesOf(o)
	if o.GetKind() != "StatefulSet" && o.GetKind() != "DaemonSet" || kube.Unobserved(o) || !kube.AllReady(o) || c.Updated >= c.Wanted {
		return lang.Message{}, false
	}
	some := lang.Messagef("%d of %d %s of %s run the new version", "%[4]s：%[2]d 个%[3]s中有 %[1]d 个已是新版本",
		c.Updated, c.Wanted, copyWord(o), kube.NameOf(o))
	partition, _ := kube.Number(o.Object, "spec", "updateStrategy", "rollingUpdate", "partition")
	switch {
	case kube.OnDelete(o):
		return words.And(some, lang.Messagef("its update strategy is OnDelete, so you have to delete the old pods yourself", "更新策略是 OnDelete，旧的 Pod 要你自己删除")), true
	case partition > 0 && c.Updated >= c.Wanted-partition:
		return words.And(some, lang.Messagef("partition %d keeps the old version in the pods with a lower number", "partition 为 %d，编号更小的 Pod 保留旧版本", partition)), true
	}
	return lang.Message{}, false
}
