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

// seconds converts a pod's number of seconds to a duration, of a few hundred
// years at most.
func seconds(n int64) time.Duration {
	return time.Duration(min(n, int64(never/time.Second)-1)) * time.Second
}

// terminate stops the pod's programs, reports how they ended, and waits until
// the pod is removed from the API.
func (w *worker) terminate(ctx context.Context) {
	pod := w.current()
	if w.stopPod(ctx, pod); ctx.Err() != nil {
		w.detach()
		return
	}
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

// stopPod stops the pod's containers and waits until they have ended.
func (w *worker) stopPod(ctx context.Context, pod *corev1.Pod) {
	hurry := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		w.stopAll(ctx, pod, seconds(grace(pod)), hurry)
	}()
	w.watchStop(ctx, pod, stopped, hurry)
	w.reap(ctx)
}

// watchStop waits until the pod's programs have stopped, reports each one that
// ends, and hurries when the pod is force-deleted.
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
			return
		case <-w.wake:
			if _, vanished := w.leaving(); vanished || grace(w.current()) < grace(pod) {
				rush()
				continue
			}
			w.reap(ctx)
			w.report()
		}
	}
}

func (w *worker) detach() {
	if w.net != nil {
		w.net.Detach()
	}
}

// switchOff ends the programs like a machine that loses power.
func (w *worker) switchOff() {
	for _, run := range w.runs(nil) {
		run.Signal(container.SIGKILL)
		<-run.Done()
	}
	w.detach()
}

// stopAll stops the pod's containers: all at once, except sidecars, which wait
// for their turn. When hurry is closed, it kills the rest.
func (w *worker) stopAll(ctx context.Context, pod *corev1.Pod, grace time.Duration, hurry <-chan struct{}) {
	all := w.runs(nil)
	var group sync.WaitGroup
	for name, run := range all {
		how := stopping{grace: grace, message: "Stopping container " + name, hurry: hurry, after: before(pod, name, all)}
		group.Go(func() { w.stop(ctx, pod, name, run, how) })
	}
	group.Wait()
}

// before are the containers that a sidecar outlives: the main ones, and the
// sidecars that started after it. It is the order of upstream's
// terminationOrdering (pkg/kubelet/kuberuntime).
func before(pod *corev1.Pod, name string, all map[string]*container.Container) []*container.Container {
	var names []string
	for _, c := range pod.Spec.Containers {
		names = append(names, c.Name)
	}
	for _, c := range slices.Backward(pod.Spec.InitContainers) {
		if c.Name == name && podutil.IsRestartableInitContainer(&c) {
			var out []*container.Container
			for _, n := range names {
				if run := all[n]; run != nil {
					out = append(out, run)
				}
			}
			return out
		}
		names = append(names, c.Name)
	}
	return nil
}

// runs returns the running containers that want accepts; nil accepts all.
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

// stopping says how a container is stopped.
type stopping struct {
	grace   time.Duration
	message string
	// hurry, when closed, ends the grace period; nil never does.
	hurry <-chan struct{}
	// after are the containers that end first.
	after []*container.Container
}

// leastGrace is the grace period that a kubelet leaves each program, even if its
// hook took all of it.
const leastGrace = 2 * time.Second

// stop ends one container: its preStop hook, SIGTERM, and at the end of its
// grace period, or in a hurry, SIGKILL.
func (w *worker) stop(ctx context.Context, pod *corev1.Pod, name string, run *container.Container, how stopping) {
	w.event(pod, name, corev1.EventTypeNormal, "Killing", "%s", how.message)
	deadline := time.Now().Add(how.grace)
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		select {
		case <-how.hurry:
			run.Signal(container.SIGKILL)
		case <-finished:
		}
	}()
	w.preStop(ctx, pod, name, run, how.grace)
	waitFor(how.after, time.Until(deadline))
	run.Stop(max(time.Until(deadline), leastGrace))
}

// waitFor waits until all of the containers have ended, but no longer than d.
func waitFor(all []*container.Container, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for _, run := range all {
		select {
		case <-run.Done():
		case <-timer.C:
			return
		}
	}
}
