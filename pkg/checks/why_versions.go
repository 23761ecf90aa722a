package checks

import (
	"strconv"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// A workload that was mended still has pods of its old version for a while. What is
// wrong with those is no news, unless they are what keeps the new ones from coming.

// ofOldVersion reports that a pod of a workload is not of its newest version, and
// that the workload is going to replace it.
func ofOldVersion(pod, owner *object) bool {
	switch owner.GetKind() {
	case "StatefulSet":
		has, newest := pod.GetLabels()["controller-revision-hash"], textAt(owner.Object, "status", "updateRevision")
		return has != "" && newest != "" && has != newest
	case "DaemonSet":
		has := pod.GetLabels()["pod-template-generation"]
		newest := owner.GetAnnotations()["deprecated.daemonset.template.generation"]
		x, err1 := strconv.ParseInt(has, 10, 64)
		y, err2 := strconv.ParseInt(newest, 10, 64)
		return err1 == nil && err2 == nil && x < y
	}
	return false
}

// oldPod decides about the trouble of a pod of an old version. A StatefulSet that
// makes its pods one after the other does not replace one that is not ready
// (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
func oldPod(f finding, pod, owner *object) finding {
	old := lang.Messagef("%s still has the old version", "%s 还是旧版本", namedObject(pod))
	switch {
	case onDelete(owner):
		f.reason = and(f.reason, lang.Messagef("%s, and the update strategy of %s is OnDelete: kubectl delete pod %s",
			"%s，而 %s 的更新策略是 OnDelete：kubectl delete pod %s", old, namedObject(owner), pod.GetName()))
	case owner.GetKind() == "StatefulSet" && textAt(owner.Object, "spec", "podManagementPolicy") != "Parallel":
		f.reason = and(f.reason, lang.Messagef("%s, and %s does not replace a pod that is not ready: kubectl delete pod %s",
			"%s，而 %s 不会替换没有就绪的 Pod：kubectl delete pod %s", old, namedObject(owner), pod.GetName()))
	default:
		return ongoing(oldReason(pod))
	}
	return f
}

// aged decides about the trouble of a pod behind a Service, by whether a newer one
// is to come.
func aged(f finding, pod *object, s surroundings, now time.Time) finding {
	if d := supersededBy(pod, s.around); d != nil {
		f := progress(d, s, now)
		if f.state == Settled {
			f.state = Ongoing
		}
		if f.reason.IsZero() {
			f.reason = oldReason(pod)
		}
		return f
	}
	for _, kind := range []string{"StatefulSet", "DaemonSet"} {
		for _, owner := range s.around.near(kind) {
			if owns(owner, pod) && (behind(owner) || ofOldVersion(pod, owner)) {
				return oldPod(f, pod, owner)
			}
		}
	}
	return f
}

func oldReason(pod *object) lang.Message {
	return lang.Messagef("%s still has the old version and is about to be replaced", "%s 还是旧版本，即将替换", namedObject(pod))
}

// supersededBy is the Deployment of a pod that belongs to an older ReplicaSet than
// the newest, nil for one of the newest version.
func supersededBy(pod *object, in *around) *object {
	for _, rs := range in.near("ReplicaSet") {
		if !owns(rs, pod) {
			continue
		}
		for _, d := range in.near("Deployment") {
			if !owns(d, rs) {
				continue
			}
			if newest := newestReplicaSet(d, in); behind(d) || newest != nil && newest.GetUID() != rs.GetUID() {
				return d
			}
		}
	}
	return nil
}

func owns(owner, o *object) bool {
	for _, ref := range o.GetOwnerReferences() {
		if ref.UID == owner.GetUID() {
			return true
		}
	}
	return false
}
