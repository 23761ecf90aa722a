package node

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// podStorage is how many bytes the containers of a pod may write that sets no
// limit; then their disk is full. A node would have more.
const podStorage = 1 << 30

// room is the disk of the pod's containers: their own files, their logs, and the
// volumes that are the pod's.
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

// storageLimit is the sum of what the containers of a pod limit themselves to;
// false when one does not.
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

// evictionLook is how often the volumes of a pod are held against their limits,
// a kubelet's.
const evictionLook = 10 * time.Second

// overfull says what of the pod's has more in it than it may; "" when nothing
// has.
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

// overflowed reports whether the pod has written more than it may, and marks it
// then, in the kubelet's words (pkg/kubelet/eviction).
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
