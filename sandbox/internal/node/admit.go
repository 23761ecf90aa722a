package node

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
)

// admit reports whether the node accepts a new pod. Usually the scheduler has
// checked that already, but not for a pod with a nodeName written by hand. A
// rejected pod fails, in the kubelet's words.
func (w *worker) admit(ctx context.Context) bool {
	pod := w.current()
	if pod.Status.StartTime != nil || pod.DeletionTimestamp != nil { // It was admitted before, or is being deleted.
		w.node.restore(pod)
		w.set(func() { w.admitted = true })
		return true
	}
	if known, ok := w.node.statuses.GetPodStatus(w.uid); ok && podutil.IsPodPhaseTerminal(known.Phase) {
		return false // It was rejected, and the API does not know yet.
	}
	self, err := w.node.Client.CoreV1().Nodes().Get(ctx, w.node.Name, metav1.GetOptions{})
	for err != nil {
		if w.sleep(ctx, retryPeriod); ctx.Err() != nil {
			return false
		}
		if leaving, _ := w.leaving(); leaving {
			return true
		}
		self, err = w.node.Client.CoreV1().Nodes().Get(ctx, w.node.Name, metav1.GetOptions{})
	}
	w.node.self.Store(self)
	ok, reason, message := w.node.decide(w)
	if !ok {
		w.reject(ctx, pod, reason, message)
	}
	return ok
}

// decide looks at one pod at a time, so that two don't get the same resources.
func (n *Node) decide(w *worker) (ok bool, reason, message string) {
	n.admitting.Lock()
	defer n.admitting.Unlock()
	ok, reason, message = n.allocations.AddPod(n.taken(), w.current())
	if ok {
		w.set(func() { w.admitted = true })
	}
	return ok, reason, message
}

// askForHost changes a pod that asks for Linux, which the sandbox's nodes claim to
// be, to ask for the system that this process runs on: upstream compares it with
// that.
func askForHost(pod *corev1.Pod, host string) {
	translate := func(name string) string {
		switch name {
		case string(corev1.Linux):
			return host
		case host:
			return string(corev1.Linux)
		}
		return name
	}
	if pod.Spec.OS != nil {
		pod.Spec.OS.Name = corev1.OSName(translate(string(pod.Spec.OS.Name)))
	}
	if name, ok := pod.Labels[corev1.LabelOSStable]; ok {
		pod.Labels[corev1.LabelOSStable] = translate(name)
	}
}

// taken returns the pods that are admitted to the node.
func (n *Node) taken() []*corev1.Pod {
	n.mu.Lock()
	defer n.mu.Unlock()
	var pods []*corev1.Pod
	for _, w := range n.workers {
		w.mu.Lock()
		if w.admitted && !w.terminal {
			pods = append(pods, w.pod)
		}
		w.mu.Unlock()
	}
	return pods
}

// rejectPause is about how long a kubelet takes to report a pod that it
// rejected (measured on a node of Kubernetes 1.36). A ReplicaSet creates the
// next one at once, so this limits how many there are.
const rejectPause = 100 * time.Millisecond

// reject fails a pod, as the kubelet's rejectPod does.
func (w *worker) reject(ctx context.Context, pod *corev1.Pod, reason, message string) {
	w.sleep(ctx, rejectPause)
	w.node.events.Event(pod, corev1.EventTypeWarning, reason, message)
	w.node.statuses.SetPodStatus(klog.Background(), pod, corev1.PodStatus{
		QOSClass: qos.GetPodQOS(pod), Phase: corev1.PodFailed, Reason: reason, Message: "Pod was rejected: " + message,
	})
}

// noEviction makes no room for critical pods.
type noEviction struct{}

// HandleAdmissionFailure returns the reasons unchanged.
func (noEviction) HandleAdmissionFailure(_ context.Context, _ *corev1.Pod, reasons []lifecycle.PredicateFailureReason) ([]lifecycle.PredicateFailureReason, error) {
	return reasons, nil
}
