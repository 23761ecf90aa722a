package node

import (
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// pull finds a container's image, with a pull's events and back-off.
func (w *worker) pull(pod *corev1.Pod, c *corev1.Container) (*container.Found, time.Duration, error) {
	begun := time.Now()
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
		size := image.Image.Size()
		took := time.Since(begun).Truncate(time.Microsecond)
		w.event(pod, c.Name, corev1.EventTypeNormal, "Pulled", "Successfully pulled image %q in %v (%v including waiting). Image size: %v bytes.", c.Image, took, took, size)
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
	key := pullKey(pod, c)
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

// pullKey is the key for counting failed pulls of a pod's image.
func pullKey(pod *corev1.Pod, c *corev1.Container) string { return string(pod.UID) + "_" + c.Image }
