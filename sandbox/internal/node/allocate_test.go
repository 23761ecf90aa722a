package node

import (
	"context"
	"runtime"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	schedulerframework "k8s.io/kubernetes/pkg/scheduler/framework"
)

// A pod may name a system that this process does not run on. Upstream's handler
// turns it away; the day it does not, anySystem can go.
func TestAnySystem(t *testing.T) {
	self := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{corev1.LabelOSStable: runtime.GOOS}},
		Status:     corev1.NodeStatus{Allocatable: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("1")}},
	}
	upstream := lifecycle.NewPredicateAdmitHandler(
		func(context.Context, bool) (*corev1.Node, error) { return self, nil }, noEviction{},
		func(*schedulerframework.NodeInfo, *lifecycle.PodAdmitAttributes) error { return nil })
	pod := &corev1.Pod{Spec: corev1.PodSpec{OS: &corev1.PodOS{Name: "plan9"}}}
	attributes := &lifecycle.PodAdmitAttributes{Pod: pod}
	if got := upstream.Admit(attributes); got.Admit || got.Reason != lifecycle.PodOSNotSupported {
		t.Errorf("upstream says %+v", got)
	}
	if got := (anySystem{upstream}).Admit(attributes); !got.Admit {
		t.Errorf("the node says %+v", got)
	}
	if pod.Spec.OS == nil {
		t.Error("the pod was changed")
	}
}
