package node

import (
	"context"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// grace is how many seconds a pod's programs have to end.
func grace(pod *corev1.Pod) int64 {
	switch {
	case pod.DeletionGracePeriodSeconds != nil:
		return *pod.DeletionGracePeriodSeconds
	case pod.Spec.TerminationGracePeriodSeconds != nil:
		return *pod.Spec.TerminationGracePeriodSeconds
	}
	return corev1.DefaultTerminationGracePeriodSeconds
}

// terminate stops the pod's programs, reports how they ended, lets the pod
// leave the API, and waits until it left.
func (w *worker) terminate(ctx context.Context) {
	pod := w.current()
	hurry := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		w.stopAll(ctx, pod, time.Duration(max(grace(pod), 1))*time.Second, hurry)
	}()
	if w.watchStop(ctx, pod, stopped, hurry); ctx.Err() != nil {
		return
	}
	w.reap()
	w.set(func() { w.terminal = true })
	if _, vanished := w.leaving(); !vanished {
		w.report()
	}
	w.detach()
	w.node.statuses.TerminatePod(klog.Background(), w.current())
	for {
		if _, vanished := w.leaving(); vanished {
			w.node.removeDir(w.dir)
			return
		}
		if w.sleep(ctx, never); ctx.Err() != nil {
			return
		}
	}
}

// watchStop waits until the pod's programs stopped, reports those that end one
// by one, and makes haste when the pod is deleted by force.
func (w *worker) watchStop(ctx context.Context, pod *corev1.Pod, stopped <-chan struct{}, hurry chan struct{}) {
	hurried := false
	rush := func() {
		if !hurried {
			hurried = true
			close(hurry)
		}
	}
	for {
		select {
		case <-stopped:
			return
		case <-ctx.Done():
			rush()
			<-stopped
			w.detach()
			return
		case <-w.wake:
			if _, vanished := w.leaving(); vanished || grace(w.current()) < grace(pod) {
				rush()
				continue
			}
			w.reap()
			w.report()
		}
	}
}

func (w *worker) detach() {
	if w.net != nil {
		w.net.Detach()
	}
}

// switchOff ends the programs as a machine does that is switched off.
func (w *worker) switchOff() {
	for _, run := range w.runs(nil) {
		run.Signal(container.SIGKILL)
		<-run.Done()
	}
	w.detach()
}

// stopAll stops the pod's containers, all at once, then its sidecars in the
// reverse of their order. When hurry is closed what is left is killed.
func (w *worker) stopAll(ctx context.Context, pod *corev1.Pod, grace time.Duration, hurry <-chan struct{}) {
	deadline := time.Now().Add(grace)
	sidecars := map[string]bool{}
	var order []string
	for i := range pod.Spec.InitContainers {
		if c := &pod.Spec.InitContainers[i]; podutil.IsRestartableInitContainer(c) {
			sidecars[c.Name] = true
			order = append(order, c.Name)
		}
	}
	var group sync.WaitGroup
	for name, run := range w.runs(func(name string) bool { return !sidecars[name] }) {
		group.Go(func() { w.stop(ctx, pod, name, run, time.Until(deadline), hurry, "Stopping container "+name) })
	}
	group.Wait()
	slices.Reverse(order)
	for _, name := range order {
		for _, run := range w.runs(func(n string) bool { return n == name }) {
			w.stop(ctx, pod, name, run, time.Until(deadline), hurry, "Stopping container "+name)
		}
	}
}

// runs are the running containers that want accepts; nil accepts all.
func (w *worker) runs(want func(string) bool) map[string]*container.Container {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]*container.Container{}
	for name, u := range w.containers {
		if u.run != nil && (want == nil || want(name)) {
			out[name] = u.run
		}
	}
	return out
}

// stop ends one container: its preStop hook, SIGTERM, and at the end of its
// grace time, or when hurry is closed, SIGKILL.
func (w *worker) stop(ctx context.Context, pod *corev1.Pod, name string, run *container.Container, grace time.Duration, hurry <-chan struct{}, message string) {
	w.event(pod, name, corev1.EventTypeNormal, "Killing", "%s", message)
	begun := time.Now()
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		select {
		case <-hurry:
			run.Signal(container.SIGKILL)
		case <-finished:
		}
	}()
	w.preStop(ctx, pod, name, run, grace)
	// The kubelet leaves a program two seconds even when its hook took all.
	run.Stop(max(grace-time.Since(begun), min(grace, 2*time.Second)))
}
