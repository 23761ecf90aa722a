package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/reference"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// How often a worker checks again what it waits for.
const (
	retryPeriod = 10 * time.Second
	// resyncPeriod is how often an idle pod is checked again, as in a kubelet,
	// which adds up to half of it.
	resyncPeriod = time.Minute
	// soon is how long an exit or a failure shows in a pod's status before the
	// node acts on it. A kubelet checks its containers every second.
	soon = time.Second
)

// ensure starts a container that should run and doesn't, and returns when to
// check it again.
func (w *worker) ensure(ctx context.Context, pod *corev1.Pod, c *corev1.Container) time.Duration {
	u := w.unit(c.Name)
	if u.run != nil {
		w.replace(ctx, pod, c, u)
		w.resize(ctx, pod, c, u)
		return never
	}
	if u.done(c, pod) {
		return never
	}
	if wait := w.left(&u.stands); wait > 0 {
		return wait
	}
	if wait := w.crashed(pod, c, u); wait > 0 {
		return wait
	}
	if wait := w.heldBack(pod, c, u); wait > 0 {
		return wait
	}
	image, wait, err := w.pull(pod, c)
	if err == nil {
		wait, err = retryPeriod, w.start(ctx, pod, c, u, image)
	}
	if err == nil {
		return never
	}
	w.waitFor(u, err)
	if image != nil && u.image == image {
		wait = soon // It started and exited at once.
	}
	w.set(func() { u.stands = time.Now().Add(wait) })
	return wait
}

// left returns how long it is until one of the worker's deadlines.
func (w *worker) left(until *time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Until(*until)
}

// replace stops a running container whose image was changed in place.
func (w *worker) replace(ctx context.Context, pod *corev1.Pod, c *corev1.Container, u *unit) {
	if u.asked != c.Image {
		w.doom(ctx, pod, c.Name, u, "definition", fmt.Sprintf("Container %s definition changed, will be restarted", c.Name))
	}
}

// doom stops a running container, once, so that it restarts.
func (w *worker) doom(ctx context.Context, pod *corev1.Pod, name string, u *unit, why, message string) {
	first := false
	w.set(func() {
		if u.doomed == "" {
			first, u.doomed = true, why
		}
	})
	if first {
		run := u.run
		go w.stop(ctx, pod, name, run, stopping{grace: seconds(grace(pod)), message: message})
	}
}

// waitError is an error that a container's status shows as its waiting reason.
type waitError struct {
	reason, message string
}

func (e waitError) Error() string { return e.reason + ": " + e.message }

// waitFor puts the reason into the container's status.
func (w *worker) waitFor(u *unit, err error) {
	why := waitError{"CreateContainerError", err.Error()}
	_ = errors.As(err, &why)
	w.set(func() { u.why = &corev1.ContainerStateWaiting{Reason: why.reason, Message: why.message} })
}

// event records an event of a container, as the kubelet refers to it.
func (w *worker) event(pod *corev1.Pod, name, kind, reason, message string, args ...any) {
	ref, err := reference.GetPartialReference(scheme.Scheme, pod, fieldPath(pod, name))
	if err != nil {
		w.node.Log.Warn("failed to refer to a container", "pod", pod.Name, "container", name, "error", err)
		return
	}
	w.node.events.Eventf(ref, kind, reason, message, args...)
}

func fieldPath(pod *corev1.Pod, name string) string {
	path := "spec.containers{" + name + "}"
	podutil.VisitContainers(&pod.Spec, podutil.AllContainers, func(c *corev1.Container, kind podutil.ContainerType) bool {
		switch {
		case c.Name != name:
			return true
		case kind == podutil.InitContainers:
			path = "spec.initContainers{" + name + "}"
		case kind == podutil.EphemeralContainers:
			path = "spec.ephemeralContainers{" + name + "}"
		}
		return false
	})
	return path
}
