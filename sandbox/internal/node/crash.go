package node

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/flowcontrol"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/util/format"
	"k8s.io/utils/clock"
)

// The kubelet's back-off after a crash or a failed pull, and how long a
// container must run for its next crash to count as the first again.
const (
	backOffFirst = 10 * time.Second
	backOffMost  = 5 * time.Minute
	backOffReset = 10 * time.Minute
)

// newCrashBackOff is the kubelet's: 10 s, doubled with each crash up to 5 min.
func newCrashBackOff(now clock.Clock) *flowcontrol.Backoff {
	b := flowcontrol.NewBackOff(backOffFirst, backOffMost)
	b.Clock = now
	b.HasExpiredFunc = func(event, update time.Time, _ time.Duration) bool { return event.Sub(update) > backOffReset }
	return b
}

// holdBack returns how long a container that ended at that time is held back in
// total, or 0 if it may start now; that start counts.
func holdBack(b *flowcontrol.Backoff, key string, ended time.Time) time.Duration {
	if b.IsInBackOffSince(key, ended) {
		return b.Get(key)
	}
	b.Next(key, ended)
	return 0
}

// crashKey is the key for counting a container's crashes. A new image starts a
// new count.
func crashKey(pod *corev1.Pod, c *corev1.Container) string {
	return string(pod.UID) + "/" + c.Name + "/" + c.Image
}

// crashed holds back a container that ended, by the kubelet's back-off. A
// positive result is the minimum wait.
func (w *worker) crashed(pod *corev1.Pod, c *corev1.Container, u *unit) time.Duration {
	if u.ended == nil {
		return 0
	}
	at := u.ended.FinishedAt.Time
	d := holdBack(w.node.crashBackOff, crashKey(pod, c), at)
	if d == 0 {
		return 0
	}
	if now := time.Now(); u.told.Before(at) || now.Sub(u.told) >= resyncPeriod {
		u.told = now
		w.event(pod, c.Name, corev1.EventTypeWarning, "BackOff", "Back-off restarting failed container %s in pod %s", c.Name, format.Pod(pod))
	}
	w.waitFor(u, waitError{"CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", d, c.Name, format.Pod(pod))})
	return max(time.Millisecond, min(time.Until(at.Add(d))+time.Millisecond, retryPeriod))
}

// heldBack holds back a container whose program crashed the nodes' process. A
// positive result is the minimum wait.
func (w *worker) heldBack(pod *corev1.Pod, c *corev1.Container, u *unit) time.Duration {
	hold, ok := w.node.hold(pod, c.Name)
	wait := time.Until(hold.Until)
	if !ok || wait <= 0 {
		return 0
	}
	if u.told.IsZero() {
		u.told = time.Now()
		w.event(pod, c.Name, corev1.EventTypeWarning, "BackOff",
			"Back-off restarting container %s in pod %s: its program ended the process that runs all nodes (%s)", c.Name, format.Pod(pod), hold.Why)
	}
	w.waitFor(u, waitError{"CrashLoopBackOff", fmt.Sprintf("back-off until %s restarting failed container=%s pod=%s: its program ended the process that runs all nodes (%s)",
		hold.Until.Format(time.TimeOnly), c.Name, format.Pod(pod), hold.Why)})
	return wait + time.Millisecond
}

// blame records that a container's own program caused its end before the node's
// restart.
func (w *worker) blame(pod *corev1.Pod, container string, ended *corev1.ContainerStateTerminated) {
	h, ok := w.node.hold(pod, container)
	if !ok {
		return
	}
	ended.ExitCode, ended.Reason, ended.Message = exitPanic, "Error", h.Why
	if h.Memory {
		ended.ExitCode, ended.Reason = 137, "OOMKilled"
	}
}

// hold reports whether a container is held back.
func (n *Node) hold(pod *corev1.Pod, container string) (Hold, bool) {
	if n.Held == nil {
		return Hold{}, false
	}
	h, ok := n.Held(pod.UID)
	return h, ok && h.Container == container
}

// exitPanic is the exit code of a Go program that crashes.
const exitPanic = 2

// forget drops the counts of a pod's crashes and failed pulls.
func (w *worker) forget(pod *corev1.Pod) {
	podutil.VisitContainers(&pod.Spec, podutil.AllContainers, func(c *corev1.Container, _ podutil.ContainerType) bool {
		w.node.crashBackOff.DeleteEntry(crashKey(pod, c))
		w.node.pullBackOff.DeleteEntry(pullKey(pod, c))
		return true
	})
}
