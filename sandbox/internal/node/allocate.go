package node

import (
	"context"
	"runtime"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/klog/v2"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/allocation"
	"k8s.io/kubernetes/pkg/kubelet/config"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	schedulerframework "k8s.io/kubernetes/pkg/scheduler/framework"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// newAllocations returns upstream's manager of each pod's allocated resources: it
// admits pods and their resizes. Upstream's checkpoint on disk is not needed,
// because a pod's status says what it had before a restart of the node.
func (n *Node) newAllocations() allocation.Manager {
	m := allocation.NewInMemoryManager(n.statuses, n.reallocated, n.taken, n.pods.GetPodByUID,
		config.NewSourcesReady(func(sets.Set[string]) bool { return true }), n.events)
	m.AddPodAdmitHandlers([]lifecycle.PodAdmitHandler{anySystem{lifecycle.NewPredicateAdmitHandler(
		// Upstream writes this process's system into the node's labels, and gets
		// the node again if that doesn't fit.
		func(context.Context, bool) (*corev1.Node, error) { return n.self.Load().DeepCopy(), nil },
		noEviction{},
		func(*schedulerframework.NodeInfo, *lifecycle.PodAdmitAttributes) error { return nil },
	)}})
	return m
}

// anySystem admits pods for Linux on any system. Upstream's handler compares
// the system they ask for with the one this process runs on.
type anySystem struct{ lifecycle.PodAdmitHandler }

// Admit passes on a copy of the pod that asks for this process's system.
func (a anySystem) Admit(attributes *lifecycle.PodAdmitAttributes) lifecycle.PodAdmitResult {
	looked := *attributes
	looked.Pod = attributes.Pod.DeepCopy()
	askForHost(looked.Pod, runtime.GOOS)
	return a.PodAdmitHandler.Admit(&looked)
}

// restore restores what a pod was allocated before a restart of the node.
func (n *Node) restore(pod *corev1.Pod) {
	had := pod.DeepCopy()
	for c := range podutil.ContainerIter(&had.Spec, podutil.InitContainers|podutil.Containers) {
		s, ok := podutil.GetContainerStatus(append(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses...), c.Name)
		if ok && s.Resources != nil {
			c.Resources.Requests, c.Resources.Limits = s.AllocatedResources, s.Resources.Limits
		}
	}
	if err := n.allocations.SetAllocatedResources(had); err != nil {
		n.Log.Warn("failed to record a pod's allocated resources", "pod", klog.KObj(pod), "error", err)
	}
}

// reallocated tells a pod's worker that the pod's allocation has changed.
func (n *Node) reallocated(pod *corev1.Pod) {
	n.mu.Lock()
	w := n.workers[pod.UID]
	n.mu.Unlock()
	if w != nil {
		has, _ := n.allocations.UpdatePodFromAllocation(pod)
		w.update(has)
	}
}

// changed handles a changed pod. The pod gets the resources it now asks for
// once there is room.
func (n *Node) changed(w *worker, pod *corev1.Pod) {
	has, differs := n.allocations.UpdatePodFromAllocation(pod)
	w.update(has)
	if differs || len(n.statuses.GetPodResizeConditions(pod.UID)) > 0 {
		n.allocations.PushPendingResize(pod.UID)
		n.allocations.RetryPendingResizes(allocation.TriggerReasonPodUpdated)
	}
}

// resize gives a running container its allocated resources, in place or by a
// restart, according to its resizePolicy.
func (w *worker) resize(ctx context.Context, pod *corev1.Pod, c *corev1.Container, u *unit) {
	if equality.Semantic.DeepEqual(c.Resources, u.resources) {
		return
	}
	if !startsAgain(c, u.resources) {
		u.run.SetMemory(c.Resources.Limits.Memory().Value())
		w.set(func() { u.resources = c.Resources })
		return
	}
	w.doom(ctx, pod, c.Name, u, "resize", "Container "+c.Name+" resize requires restart")
}

// startsAgain reports whether a container must restart to get its new resources.
func startsAgain(c *corev1.Container, had corev1.ResourceRequirements) bool {
	for _, p := range c.ResizePolicy {
		same := c.Resources.Requests[p.ResourceName].Equal(had.Requests[p.ResourceName]) &&
			c.Resources.Limits[p.ResourceName].Equal(had.Limits[p.ResourceName])
		if p.RestartPolicy == corev1.RestartContainer && !same {
			return true
		}
	}
	return false
}

// resized reports a completed resize: all running containers have what the pod
// was allocated.
func (w *worker) resized(pod *corev1.Pod) {
	w.mu.Lock()
	done := true
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		u := w.containers[c.Name]
		done = done && (u == nil || u.attempt < 0 || equality.Semantic.DeepEqual(c.Resources, u.resources))
	}
	w.mu.Unlock()
	if !done {
		return
	}
	if generation, cleared := w.node.statuses.ClearPodResizeInProgressCondition(w.uid); cleared {
		w.node.events.Event(pod, corev1.EventTypeNormal, events.ResizeCompleted, events.PodResizeCompletedMsg(klog.Background(), pod, generation))
	}
}

// containerUser is the user in a container's status.
func containerUser(u container.User) *corev1.ContainerUser {
	return &corev1.ContainerUser{Linux: &corev1.LinuxContainerUser{UID: u.UID, GID: u.GID, SupplementalGroups: u.Groups}}
}
