package node

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// podStorage is how many bytes a pod without a limit may write before its disk
// is full. A real node would have more.
const podStorage = 1 << 30

// room is the disk of the pod's containers: their own files, their logs, and the
// pod's own volumes.
func (w *worker) room(pod *corev1.Pod) *container.Disk {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.disk == nil {
		size := int64(podStorage)
		if limit, ok := storageLimit(pod); ok {
			size = min(size, limit.Value())
		}
		w.disk = container.NewDisk(w.dir, size, func() {
			go w.set(func() { w.full = true })
			w.poke()
		})
	}
	return w.disk
}

// storageLimit is the sum of the limits of a pod's containers; false if one has
// no limit.
func storageLimit(pod *corev1.Pod) (resource.Quantity, bool) {
	var sum resource.Quantity
	for _, c := range pod.Spec.Containers {
		limit, ok := c.Resources.Limits[corev1.ResourceEphemeralStorage]
		if !ok {
			return sum, false
		}
		sum.Add(limit)
	}
	return sum, true
}

// evictionLook is how often a pod's volumes are compared with their limits, as
// in a kubelet.
const evictionLook = 10 * time.Second

// overfull says which part of the pod exceeds its limit; "" if none does.
func (w *worker) overfull(pod *corev1.Pod) string {
	w.mu.Lock()
	full := w.full
	w.mu.Unlock()
	limit, limited := storageLimit(pod)
	switch {
	case !full || !limited:
		return w.volumes.Overfull(pod)
	case len(pod.Spec.Containers) == 1:
		return fmt.Sprintf("Container %s exceeded its local ephemeral storage limit %q. ", pod.Spec.Containers[0].Name, limit.String())
	}
	return fmt.Sprintf("Pod ephemeral local storage usage exceeds the total limit of containers %s. ", limit.String())
}

// overflowed reports whether the pod has written more than allowed, and marks
// it then, in the kubelet's words (pkg/kubelet/eviction).
func (w *worker) overflowed(pod *corev1.Pod) bool {
	message := w.overfull(pod)
	if message == "" {
		return false
	}
	w.set(func() { w.evicted = &waitError{"Evicted", message} })
	w.node.events.Event(pod, corev1.EventTypeWarning, "Evicted", message)
	w.report()
	return true
}
