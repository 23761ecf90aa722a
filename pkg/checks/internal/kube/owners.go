package kube

import (
	"strconv"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// MakesPods reports that an object of this kind makes pods.
func MakesPods(gvk schema.GroupVersionKind) bool {
	switch gvk.Group + "/" + gvk.Kind {
	case "apps/Deployment", "apps/ReplicaSet", "apps/StatefulSet", "apps/DaemonSet", "batch/Job":
		return true
	}
	return false
}

// Confusable returns the kinds that are often taken for one another.
func Confusable(kind string) []string {
	switch kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod":
		return []string{"Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "Service"}
	case "ConfigMap":
		return []string{"Secret"}
	case "Secret":
		return []string{"ConfigMap"}
	case "Service":
		return []string{"Ingress", "Deployment", "Pod"}
	case "Ingress":
		return []string{"Service"}
	}
	return nil
}

// Makers are the workloads whose pods have labels that match.
func Makers(matches func(labels.Labels) bool, in *Around) []*Object {
	var list []*Object
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"} {
		for _, o := range in.List(kind) {
			template, _ := At(o.Object, "spec", "template", "metadata", "labels").(map[string]any)
			if matches(Labels(template)) && len(o.GetOwnerReferences()) == 0 {
				list = append(list, o)
			}
		}
	}
	return list
}

// OfOldVersion reports that a pod of a workload is not of its newest version, and
// that the workload is going to replace it.
func OfOldVersion(pod, owner *Object) bool {
	switch owner.GetKind() {
	case "StatefulSet":
		has, newest := pod.GetLabels()["controller-revision-hash"], Text(owner.Object, "status", "updateRevision")
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

// SupersededBy is the Deployment of a pod that belongs to an older ReplicaSet than
// the newest, nil for one of the newest version.
func SupersededBy(pod *Object, in *Around) *Object {
	for _, rs := range in.List("ReplicaSet") {
		if !Owns(rs, pod) {
			continue
		}
		for _, d := range in.List("Deployment") {
			if !Owns(d, rs) {
				continue
			}
			if newest := NewestReplicaSet(d, in); Unobserved(d) || newest != nil && newest.GetUID() != rs.GetUID() {
				return d
			}
		}
	}
	return nil
}

// Owns reports that an object names another as its owner.
func Owns(owner, o *Object) bool {
	for _, ref := range o.GetOwnerReferences() {
		if ref.UID == owner.GetUID() {
			return true
		}
	}
	return false
}

// PodsOf returns the pods of a workload in the order of their names, for a
// Deployment those of its newest version.
func PodsOf(o *Object, in *Around) []*Object {
	owner := o
	if o.GetKind() == "Deployment" {
		owner = NewestReplicaSet(o, in)
	}
	if owner == nil {
		return nil
	}
	pods := Owned(owner, in.List("Pod"))
	SortByName(pods)
	return pods
}

// NewestReplicaSet is that of the newest version of a Deployment, nil when there is
// none.
func NewestReplicaSet(o *Object, in *Around) *Object {
	var newest *Object
	for _, rs := range Owned(o, in.List("ReplicaSet")) {
		if newest == nil || newer(rs, newest) {
			newest = rs
		}
	}
	return newest
}

// newer reports that a ReplicaSet is of a later version than another: by its
// revision, else by when it was made.
func newer(a, b *Object) bool {
	if x, y := Revision(a), Revision(b); x != y {
		return x > y
	}
	return Time(a.Object, "metadata", "creationTimestamp").After(Time(b.Object, "metadata", "creationTimestamp"))
}

// Revision is the number of the version that a ReplicaSet is for, 0 when it has none.
func Revision(rs *Object) int64 {
	n, err := strconv.ParseInt(rs.GetAnnotations()["deployment.kubernetes.io/revision"], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Owned are those of a list that an object owns.
func Owned(owner *Object, list []*Object) []*Object {
	var of []*Object
	for _, o := range list {
		if Owns(owner, o) {
			of = append(of, o)
		}
	}
	return of
}
