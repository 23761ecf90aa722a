package node

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	kubepod "k8s.io/kubernetes/pkg/kubelet/pod"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// The sandbox's node is a Linux machine, whatever this process runs on. Here it is
// the other way round: the node says that it is something else than the process.
func TestAdmitByTheNodesOwnSystem(t *testing.T) {
	n := &Node{Config: Config{Name: "sandbox-1", Catalog: container.Catalog{}}, workers: map[types.UID]*worker{}, pods: kubepod.NewBasicPodManager()}
	n.allocations = n.newAllocations()
	self := n.object()
	n.self.Store(self)
	const system = "plan9"
	self.Labels[corev1.LabelOSStable] = system
	for range 2 { // what is admitted must not change the node for the next
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "p", UID: "u"},
			Spec:       corev1.PodSpec{NodeSelector: map[string]string{corev1.LabelOSStable: system}},
		}
		if ok, reason, message := n.decide(newWorker(n, pod)); !ok {
			t.Fatalf("turned away: %s: %s", reason, message)
		}
	}
	if got := self.Labels[corev1.LabelOSStable]; got != system {
		t.Errorf("the node's label is %q now", got)
	}
}

func TestAskForHost(t *testing.T) {
	tests := []struct{ host, asks, want string }{
		{"linux", "linux", "linux"},
		{"linux", "windows", "windows"},
		{"darwin", "linux", "darwin"},
		{"windows", "linux", "windows"},
		{"windows", "windows", "linux"},
	}
	for _, tt := range tests {
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{corev1.LabelOSStable: tt.asks}},
			Spec:       corev1.PodSpec{OS: &corev1.PodOS{Name: corev1.OSName(tt.asks)}},
		}
		askForHost(pod, tt.host)
		if got := string(pod.Spec.OS.Name); got != tt.want {
			t.Errorf("on %s a pod for %s asks for %s, want %s", tt.host, tt.asks, got, tt.want)
		}
		if got := pod.Labels[corev1.LabelOSStable]; got != tt.want {
			t.Errorf("on %s a pod labelled %s is labelled %s, want %s", tt.host, tt.asks, got, tt.want)
		}
	}
}
