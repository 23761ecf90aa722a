package node

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// settle finds out whether the pod has ended; if so, it stops what still runs
// and releases the network.
func (w *worker) settle(ctx context.Context, pod *corev1.Pod) bool {
	if w.terminal {
		return true
	}
	if w.untilDeadline(pod) <= 0 {
		w.exceeded(pod)
	} else if !w.overflowed(pod) && !w.over(pod) {
		return false
	}
	if w.stopPod(ctx, pod); ctx.Err() != nil {
		return true
	}
	w.set(func() { w.terminal = true })
	w.detach()
	return true
}

// untilDeadline returns how long the pod may still be active.
func (w *worker) untilDeadline(pod *corev1.Pod) time.Duration {
	if pod.Spec.ActiveDeadlineSeconds == nil {
		return never
	}
	return time.Until(w.started.Add(seconds(*pod.Spec.ActiveDeadlineSeconds)))
}

// exceeded marks a pod that was active for too long, in the kubelet's words
// (pkg/kubelet/active_deadline.go).
func (w *worker) exceeded(pod *corev1.Pod) {
	const reason, message = "DeadlineExceeded", "Pod was active on the node longer than the specified deadline"
	w.set(func() { w.evicted = &waitError{reason, message} })
	w.node.events.Event(pod, corev1.EventTypeNormal, reason, message)
	w.report()
}

// over reports whether every container has ended for good, or an init container
// has failed for good.
func (w *worker) over(pod *corev1.Pod) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		u := w.containers[c.Name]
		if podutil.IsRestartableInitContainer(c) || u == nil {
			continue
		}
		if u.done(c, pod) && u.ended.ExitCode != 0 {
			return true
		}
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if u := w.containers[c.Name]; u == nil || !u.done(c, pod) {
			return false
		}
	}
	return true
}

// initialize runs the init containers in order. It returns true when the pod's
// main containers may start.
func (w *worker) initialize(ctx context.Context, pod *corev1.Pod) (bool, time.Duration) {
	again := never
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		u := w.unit(c.Name)
		if podutil.IsRestartableInitContainer(c) {
			again = min(again, w.ensure(ctx, pod, c))
			if !w.hasBegun(u) && !w.ranBefore(pod) {
				return false, again
			}
			continue
		}
		if (u.run == nil && u.ended != nil && u.ended.ExitCode == 0) || w.ranBefore(pod) {
			continue
		}
		return false, min(again, w.ensure(ctx, pod, c))
	}
	return true, again
}

// hasBegun reports whether a container runs and has passed its startup probe.
func (w *worker) hasBegun(u *unit) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return u.begun
}

// ranBefore reports whether one of the pod's main containers has already
// started: then init containers don't run again.
func (w *worker) ranBefore(pod *corev1.Pod) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range pod.Spec.Containers {
		if u := w.containers[c.Name]; u != nil && (u.attempt >= 0) {
			return true
		}
	}
	return false
}

// startEphemeral starts debug containers, once each.
func (w *worker) startEphemeral(ctx context.Context, pod *corev1.Pod) time.Duration {
	again := never
	for i := range pod.Spec.EphemeralContainers {
		c := corev1.Container(pod.Spec.EphemeralContainers[i].EphemeralContainerCommon)
		if u := w.unit(c.Name); u.run == nil && u.ended == nil {
			again = min(again, w.ensure(ctx, pod, &c))
		}
	}
	return again
}
