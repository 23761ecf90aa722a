package kube

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// Object is one object of the API, of any kind. Objects belong to a cache: they are
// read, never changed.
type Object = unstructured.Unstructured

// Ref names an object. APIVersion is "" where only the kind is known, Namespace where
// the kind has none.
type Ref struct {
	Kind, APIVersion, Name, Namespace string
}

// Deleting reports that an object is on its way out.
func Deleting(o *Object) bool { return o != nil && o.GetDeletionTimestamp() != nil }

// ClusterWrites reports that a field is filled in by the cluster.
func ClusterWrites(path string) bool {
	if path == "status" || strings.HasPrefix(path, "status.") {
		return true
	}
	switch path {
	case "spec.nodeName", "spec.volumeName", "spec.clusterIP", "spec.clusterIPs", "metadata.annotations":
		return true
	}
	return false
}

// IsSecret reports that an object is a Secret.
func IsSecret(o *Object) bool {
	return o != nil && o.GetKind() == "Secret" && o.GetAPIVersion() == "v1"
}

// Written is when somebody last wrote an object, or when a container of a pod was
// last started. What a controller says of it is not a change: a crash loop would go
// on changing for ever.
func Written(o *Object) time.Time {
	last := Time(o.Object, "metadata", "creationTimestamp")
	for _, f := range Maps(o.Object, "metadata", "managedFields") {
		if t := Time(f, "time"); t.After(last) && Text(f, "subresource") == "" {
			last = t
		}
	}
	for _, cs := range Maps(o.Object, "status", "containerStatuses") {
		if t := Time(cs, "state", "running", "startedAt"); t.After(last) {
			last = t
		}
	}
	return last
}

// Named renders an object as kubectl takes it in words: "Service web".
func Named(kind, name string) string { return kind + " " + name }

// NameOf is an object in words, as Named has it.
func NameOf(o *Object) string { return Named(o.GetKind(), o.GetName()) }

// Fresh reports that something changed so short a time ago that the cluster may
// not have noticed, and until when. A time that lies ahead comes from another
// clock and says nothing.
func Fresh(changed, now time.Time, grace time.Duration) (until time.Time, is bool) {
	until = changed.Add(grace)
	return until, now.Before(until) && !changed.After(now.Add(timing.ClockSkew))
}

// Changed is when anybody last wrote an object, a controller too.
func Changed(o *Object) time.Time {
	last := Time(o.Object, "metadata", "creationTimestamp")
	for _, f := range Maps(o.Object, "metadata", "managedFields") {
		if t := Time(f, "time"); t.After(last) {
			last = t
		}
	}
	return last
}

// Unobserved reports that the object's controller has not seen its newest version.
func Unobserved(o *Object) bool {
	seen, ok := Number(o.Object, "status", "observedGeneration")
	return ok && seen < o.GetGeneration()
}
