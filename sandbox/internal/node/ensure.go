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
	"k8s.io/kubernetes/pkg/kubelet/util/format"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// How often a worker looks again at what it waits for.
const (
	retryPeriod = 10 * time.Second
	// soon is when a failed pull or start shows as back-off.
	soon = time.Second
)

// ensure starts a container that is to run and does not, and says when to look
// at it again.
func (w *worker) ensure(ctx context.Context, pod *corev1.Pod, c *corev1.Container) time.Duration {
	u := w.unit(c.Name)
	if u.run != nil {
		w.replace(ctx, pod, c, u)
		return never
	}
	if u.done(c, pod) {
		return never
	}
	if wait := w.crashed(pod, c, u); wait > 0 {
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
		return soon // It was started and ended at once.
	}
	return wait
}

// replace stops a running container whose image was changed in place.
func (w *worker) replace(ctx context.Context, pod *corev1.Pod, c *corev1.Container, u *unit) {
	first := false
	w.set(func() {
		if u.asked != c.Image && u.doomed == "" {
			first, u.doomed = true, "definition"
		}
	})
	if first {
		run := u.run
		go w.stop(ctx, pod, c.Name, run, time.Duration(grace(pod))*time.Second, nil,
			fmt.Sprintf("Container %s definition changed, will be restarted", c.Name))
	}
}

// waitError is an error that a container's status shows as its reason to wait.
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

// crashed holds a container back that ended, by the kubelet's back-off; a
// positive result is how long at least.
func (w *worker) crashed(pod *corev1.Pod, c *corev1.Container, u *unit) time.Duration {
	if u.ended == nil {
		return 0
	}
	key := string(pod.UID) + "/" + c.Name
	backOff, at := w.node.crashBackOff, u.ended.FinishedAt.Time
	if !backOff.IsInBackOffSince(key, at) {
		backOff.Next(key, at)
		return 0
	}
	d := backOff.Get(key)
	if now := time.Now(); now.Sub(u.told) >= retryPeriod {
		u.told = now
		w.event(pod, c.Name, corev1.EventTypeWarning, "BackOff", "Back-off restarting failed container %s in pod %s", c.Name, format.Pod(pod))
	}
	w.waitFor(u, waitError{"CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", d, c.Name, format.Pod(pod))})
	return max(time.Millisecond, min(time.Until(at.Add(d))+time.Millisecond, retryPeriod))
}

// pull finds a container's image, with the events and the back-off of a pull.
func (w *worker) pull(pod *corev1.Pod, c *corev1.Container) (*container.Found, time.Duration, error) {
	image, err := w.node.Catalog.Find(c.Image)
	if errors.Is(err, container.ErrInvalidReference) {
		message := fmt.Sprintf("Failed to apply default image tag %q: %v", c.Image, err)
		w.event(pod, c.Name, corev1.EventTypeWarning, "InspectFailed", "%s", message)
		w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: InvalidImageName")
		return nil, retryPeriod, waitError{"InvalidImageName", message}
	}
	switch {
	case err == nil && c.ImagePullPolicy != corev1.PullAlways:
		w.event(pod, c.Name, corev1.EventTypeNormal, "Pulled", "Container image %q already present on machine and can be accessed by the pod", c.Image)
		return image, 0, nil
	case err == nil:
		w.event(pod, c.Name, corev1.EventTypeNormal, "Pulling", "Pulling image %q", c.Image)
		w.event(pod, c.Name, corev1.EventTypeNormal, "Pulled", "Successfully pulled image %q in %v (%v including waiting). Image size: %v bytes.", c.Image, time.Millisecond, time.Millisecond, 0)
		return image, 0, nil
	case c.ImagePullPolicy == corev1.PullNever:
		message := fmt.Sprintf("Container image %q is not present with pull policy of Never", c.Image)
		w.event(pod, c.Name, corev1.EventTypeWarning, "ErrImageNeverPull", "%s", message)
		w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: ErrImageNeverPull")
		return nil, retryPeriod, waitError{"ErrImageNeverPull", message}
	}
	return w.pullFailed(pod, c, err)
}

func (w *worker) pullFailed(pod *corev1.Pod, c *corev1.Container, err error) (*container.Found, time.Duration, error) {
	key := string(pod.UID) + "_" + c.Image
	backOff := w.node.pullBackOff
	if backOff.IsInBackOffSinceUpdate(key, time.Now()) {
		message := fmt.Sprintf("Back-off pulling image %q", c.Image)
		w.event(pod, c.Name, corev1.EventTypeNormal, "BackOff", "%s", message)
		w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: ImagePullBackOff")
		return nil, retryPeriod, waitError{"ImagePullBackOff", fmt.Sprintf("%s: ErrImagePull: %v", message, err)}
	}
	w.event(pod, c.Name, corev1.EventTypeNormal, "Pulling", "Pulling image %q", c.Image)
	w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Failed to pull image %q: %v", c.Image, err)
	w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: ErrImagePull")
	backOff.Next(key, time.Now())
	return nil, soon, waitError{"ErrImagePull", err.Error()}
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
