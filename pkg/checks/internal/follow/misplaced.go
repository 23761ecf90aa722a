package follow

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// misplaced reports that a missing object was likely put into the default namespace
// by mistake: one of its name is there, made after the namespace where it belongs.
// No other namespace is looked at. Whose those are is not known, and what other
// learners make and call their own is not shown to anybody.
func misplaced(m kube.Ref, inDefault []metav1.PartialObjectMetadata, since time.Time) bool {
	for _, o := range inDefault {
		if o.Name == m.Name && o.DeletionTimestamp == nil && o.CreationTimestamp.After(since) {
			return m.Namespace != metav1.NamespaceDefault && !since.IsZero()
		}
	}
	return false
}
