package follow

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

func TestMisplaced(t *testing.T) {
	made := func(name string, second int64, going bool) []metav1.PartialObjectMetadata {
		o := metav1.PartialObjectMetadata{}
		o.Namespace, o.Name, o.CreationTimestamp = "default", name, metav1.Unix(second, 0)
		if going {
			o.DeletionTimestamp = &o.CreationTimestamp
		}
		return []metav1.PartialObjectMetadata{o}
	}
	own := time.Unix(10, 0)
	tests := map[string]struct {
		namespace string
		inDefault []metav1.PartialObjectMetadata
		since     time.Time
		want      bool
	}{
		"nothing there":       {"learn", nil, own, false},
		"in default":          {"learn", made("web", 30, false), own, true},
		"another name":        {"learn", made("api", 30, false), own, false},
		"older than our own":  {"learn", made("web", 5, false), own, false},
		"at the same moment":  {"learn", made("web", 10, false), own, false},
		"being deleted":       {"learn", made("web", 30, true), own, false},
		"our own is default":  {"default", made("web", 30, false), own, false},
		"our own is not told": {"learn", made("web", 30, false), time.Time{}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := misplaced(kube.Ref{Kind: "Deployment", Name: "web", Namespace: tt.namespace}, tt.inDefault, tt.since)
			if got != tt.want {
				t.Errorf("misplaced gave %t, want %t", got, tt.want)
			}
		})
	}
}
