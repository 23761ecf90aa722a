package checks

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// misplaced names the namespace that a missing object was likely put in by
// mistake, if there is one. It is not where the same object was before this
// namespace was made, nor a namespace of the same sort, which is another learner's
// or another lesson's and has an object of that name rightly.
func misplaced(m missing, objects, namespaces []metav1.PartialObjectMetadata) []string {
	byName := make(map[string]metav1.PartialObjectMetadata, len(namespaces))
	for _, n := range namespaces {
		byName[n.Name] = n
	}
	own := byName[m.namespace]
	var found []string
	for _, o := range objects {
		switch {
		case o.Name != m.name || o.Namespace == m.namespace || o.DeletionTimestamp != nil:
		case strings.HasPrefix(o.Namespace, "kube-") || sameSort(own, byName[o.Namespace]):
		case !o.CreationTimestamp.After(own.CreationTimestamp.Time):
		case o.Namespace == metav1.NamespaceDefault:
			return []string{o.Namespace}
		default:
			found = append(found, o.Namespace)
		}
	}
	if len(found) > 1 {
		return nil
	}
	return found
}

// sameSort reports that two namespaces share a label's key, apart from the one
// that all have.
func sameSort(a, b metav1.PartialObjectMetadata) bool {
	for key := range a.Labels {
		if _, both := b.Labels[key]; both && key != corev1.LabelMetadataName {
			return true
		}
	}
	return false
}
