package node

import (
	"context"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// The kubelet's pause after a mount that failed, doubled from first to most.
const (
	mountRetryFirst = 500 * time.Millisecond
	mountRetryMost  = 2*time.Minute + 2*time.Second
)

// mountVolumes fills the folders of the pod's volumes.
func (w *worker) mountVolumes(ctx context.Context, pod *corev1.Pod) error {
	if err := w.volumes.Mount(ctx, pod); err != nil {
		return err
	}
	w.set(func() { w.resync = time.Now().Add(wait.Jitter(w.node.resync(), 0.5)) })
	return nil
}

// refresh updates the files that come from the API, and returns when to do so
// again. Unavailable ones stay unchanged.
func (w *worker) refresh(ctx context.Context, pod *corev1.Pod) time.Duration {
	if left := time.Until(w.resync); left > 0 {
		return left
	}
	if err := w.mountVolumes(ctx, pod); err != nil {
		again := w.mountFailed(pod, err)
		w.set(func() { w.resync = time.Now().Add(again) })
		return again
	}
	w.set(func() { w.mountWait = 0 })
	return time.Until(w.resync)
}

// mountFailed reports missing volumes and returns when to try again.
func (w *worker) mountFailed(pod *corev1.Pod, err error) time.Duration {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, e := range all {
		// Show the kubelet's folder, as on a real node, and not the machine's.
		words := strings.ReplaceAll(e.Error(), w.node.Dir, "/var/lib/kubelet")
		w.node.events.Event(pod, corev1.EventTypeWarning, "FailedMount", words)
	}
	again := min(max(2*w.mountWait, mountRetryFirst), mountRetryMost)
	w.set(func() { w.mountWait = again })
	return again
}
