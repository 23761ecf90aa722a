package node

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// hookTime is the most that a postStart hook may take.
const hookTime = 10 * time.Minute

// runHook runs the postStart hook; a container whose hook fails is killed.
func (w *worker) runHook(ctx context.Context, pod *corev1.Pod, c *corev1.Container, run *container.Container) {
	if c.Lifecycle == nil || c.Lifecycle.PostStart == nil {
		return
	}
	go func() {
		limited, cancel := context.WithTimeout(ctx, hookTime)
		defer cancel()
		if err := w.hook(limited, c, c.Lifecycle.PostStart, run); err != nil {
			w.event(pod, c.Name, corev1.EventTypeWarning, "FailedPostStartHook", "PostStartHook failed")
			w.stop(ctx, pod, c.Name, run, time.Duration(grace(pod))*time.Second, nil, "FailedPostStartHook")
		}
	}()
}

// preStop runs the preStop hook, for as long as the grace time at most.
func (w *worker) preStop(ctx context.Context, pod *corev1.Pod, name string, run *container.Container, grace time.Duration) {
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if c.Name != name || c.Lifecycle == nil || c.Lifecycle.PreStop == nil || grace <= 0 {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		go func() { // A hook does not outlive its container.
			select {
			case <-run.Done():
				cancel()
			case <-ctx.Done():
			}
		}()
		if err := w.hook(ctx, c, c.Lifecycle.PreStop, run); err != nil {
			w.event(pod, name, corev1.EventTypeWarning, "FailedPreStopHook", "PreStopHook failed")
		}
	}
}

// hook does what a handler says and fails when that fails.
func (w *worker) hook(ctx context.Context, c *corev1.Container, h *corev1.LifecycleHandler, run *container.Container) error {
	switch {
	case h.Exec != nil:
		code, err := run.Exec(ctx, container.ExecConfig{Args: h.Exec.Command})
		if err == nil && code != 0 {
			err = fmt.Errorf("command %q exited with %d", h.Exec.Command, code)
		}
		return err
	case h.HTTPGet != nil:
		req, err := httpprobe.NewRequestForHTTPGetAction(h.HTTPGet, c, w.address(), "lifecycle")
		if err != nil {
			return err
		}
		res, err := w.client(0).Do(req.WithContext(ctx))
		if err != nil {
			return err
		}
		return res.Body.Close()
	case h.Sleep != nil:
		timer := time.NewTimer(time.Duration(h.Sleep.Seconds) * time.Second)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		return nil
	case h.TCPSocket != nil:
		port, err := probe.ResolveContainerPort(h.TCPSocket.Port, c)
		if err != nil {
			return err
		}
		conn, err := w.dial(ctx, "tcp", net.JoinHostPort(w.address(), strconv.Itoa(port)))
		if err != nil {
			return err
		}
		return conn.Close()
	}
	return nil
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
