package node

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// postStart runs a container's postStart hook. As in a kubelet, the pod's next
// container and its status wait for the hook. If the hook fails, the container
// is killed.
func (w *worker) postStart(ctx context.Context, pod *corev1.Pod, c *corev1.Container, run *container.Container) error {
	if c.Lifecycle == nil || c.Lifecycle.PostStart == nil {
		return nil
	}
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	var message string
	failed := make(chan error, 1)
	go func() {
		var err error
		message, err = w.hook(limited, pod, c, c.Lifecycle.PostStart, run)
		failed <- err
	}()
	err := w.await(ctx, failed)
	if err == nil {
		return nil
	}
	if leaving, _ := w.leaving(); leaving || ctx.Err() != nil {
		return nil // Its end is reported elsewhere.
	}
	w.event(pod, c.Name, corev1.EventTypeWarning, "FailedPostStartHook", "PostStartHook failed")
	w.stop(ctx, pod, c.Name, run, stopping{grace: seconds(grace(pod)), message: "FailedPostStartHook"})
	w.reap(ctx)
	return waitError{"PostStartHookError", message}
}

// await waits for a result, but not after the pod is deleted.
func (w *worker) await(ctx context.Context, result <-chan error) error {
	defer w.poke() // Whatever woke it in the meantime is handled afterwards.
	for {
		select {
		case err := <-result:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-w.wake:
			if leaving, _ := w.leaving(); leaving {
				return context.Canceled
			}
		}
	}
}

// preStop runs the preStop hook and waits for it, at most for the grace period.
// A hook that takes longer keeps running while its container is stopped, and
// fails with it.
func (w *worker) preStop(ctx context.Context, pod *corev1.Pod, name string, run *container.Container, grace time.Duration) {
	c := kubecontainer.GetContainerSpec(pod, name)
	if c == nil || c.Lifecycle == nil || c.Lifecycle.PreStop == nil || grace <= 0 {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := w.hook(ctx, pod, c, c.Lifecycle.PreStop, run); err != nil {
			w.event(pod, name, corev1.EventTypeWarning, "FailedPreStopHook", "PreStopHook failed")
		}
	}()
	go func() {
		defer cancel()
		select {
		case <-done:
		case <-run.Done(): // A hook doesn't outlive its container.
		}
	}()
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case <-done:
	case <-run.Done():
	case <-patience.C:
	case <-ctx.Done():
	}
}

// hook runs a handler with the kubelet's own code. The text of a failure is for
// the container's status.
func (w *worker) hook(ctx context.Context, pod *corev1.Pod, c *corev1.Container, h *corev1.LifecycleHandler, run *container.Container) (string, error) {
	runner := lifecycle.NewHandlerRunner(doer{ctx, w.client(0)}, commands{run}, addressed{w.address()}, w.node.events)
	return runner.Run(ctx, kubecontainer.ContainerID{}, pod, c, h)
}

// doer adds a context to the requests of hooks, which have none.
type doer struct {
	ctx    context.Context //nolint:containedctx // The kubelet's interface takes none.
	client *http.Client
}

func (d doer) Do(req *http.Request) (*http.Response, error) {
	return d.client.Do(req.WithContext(d.ctx))
}

// addressed tells the kubelet's hooks the address of their pod.
type addressed struct{ ip string }

func (a addressed) GetPod(_ context.Context, id types.UID) (*kubecontainer.Pod, error) {
	return &kubecontainer.Pod{ID: id}, nil
}

func (a addressed) GetPodStatus(_ context.Context, pod *kubecontainer.Pod) (*kubecontainer.PodStatus, error) {
	return &kubecontainer.PodStatus{ID: pod.ID, IPs: []string{a.ip}}, nil
}

// commands runs the commands of hooks and probes in a container.
type commands struct{ run *container.Container }

// RunInContainer returns what the command printed, stdout first. Its errors are
// those of containerd and of the kubelet's client of it.
func (c commands) RunInContainer(ctx context.Context, _ kubecontainer.ContainerID, command []string, timeout time.Duration) ([]byte, error) {
	if timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		ctx = limited
	}
	var out, errs limited
	code, err := c.run.Exec(ctx, container.ExecConfig{Args: command, Stdout: &out, Stderr: &errs})
	output := bytes.Join([][]byte{out.bytes(), errs.bytes()}, nil)
	switch {
	case err != nil:
		return nil, fmt.Errorf("rpc error: code = Unknown desc = failed to exec in container: failed to start exec %q: %w", randomID(), err)
	case ctx.Err() != nil && timeout > 0:
		return output, timedOut(command, timeout)
	case code != 0:
		return output, exitError{code, fmt.Errorf("command '%s' exited with %d: %s", strings.Join(command, " "), code, errs.bytes())}
	}
	return output, nil
}

// address is the pod's address, "" before it has one.
func (w *worker) address() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ip
}

// dial connects from the pod's node, as the kubelet does.
func (w *worker) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return w.node.Network.DialFrom(ctx, w.node.ip, network, address)
}

// client makes requests from the pod's node; timeout 0 is none.
func (w *worker) client(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		Transport:     w.transport(),
		CheckRedirect: httpprobe.RedirectChecker(false),
	}
}
