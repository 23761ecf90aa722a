package checks

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestMisplaced(t *testing.T) {
	made := func(namespace, name string, second int, labels ...string) metav1.PartialObjectMetadata {
		o := metav1.PartialObjectMetadata{}
		o.Namespace, o.Name, o.Labels = namespace, name, map[string]string{}
		o.CreationTimestamp = metav1.NewTime(time.Unix(int64(second), 0))
		for _, key := range labels {
			o.Labels[key] = "x"
		}
		return o
	}
	all := corev1.LabelMetadataName
	namespaces := []metav1.PartialObjectMetadata{
		made("", "default", 1, all), made("", "learn", 10, all, "lesson"), made("", "peer", 10, all, "lesson"),
		made("", "mine", 20, all), made("", "mine-too", 20, all),
	}
	type objects = []metav1.PartialObjectMetadata
	tests := map[string]struct {
		objects objects
		want    []string
	}{
		"nowhere":             {objects{made("mine", "api", 30)}, nil},
		"in default":          {objects{made("mine", "web", 30), made("default", "web", 30)}, []string{"default"}},
		"in another":          {objects{made("mine", "web", 30)}, []string{"mine"}},
		"in several":          {objects{made("mine", "web", 30), made("mine-too", "web", 30)}, nil},
		"older than our own":  {objects{made("default", "web", 5)}, nil},
		"at the same moment":  {objects{made("default", "web", 10)}, nil},
		"another learner's":   {objects{made("peer", "web", 30)}, nil},
		"the cluster's":       {objects{made("kube-system", "web", 30)}, nil},
		"right where it is":   {objects{made("learn", "web", 30)}, nil},
		"a namespace unknown": {objects{made("hidden", "web", 30)}, []string{"hidden"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := misplaced(missing{kind: "Deployment", name: "web", namespace: "learn"}, tt.objects, namespaces)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("misplaced (-want +got):\n%s", diff)
			}
		})
	}
}
