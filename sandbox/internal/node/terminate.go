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

// seconds is a pod's number of seconds as a duration, at most some hundred years.
func seconds(n int64) time.Duration {
	return time.Duration(min(n, int64(never/time.Second)-1)) * time.Second
}

// terminate stops the pod's programs, reports how they ended, lets the pod
// leave the API, and waits until it left.
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

// switchOff ends the programs as a machine does that is switched off.
func (w *worker) switchOff() {
	for _, run := range w.runs(nil) {
		run.Signal(container.SIGKILL)
		<-run.Done()
	}
	w.detach()
}

// stopAll stops the pod's containers: all are told at once, and sidecars wait
// for their turn. When hurry is closed what is left is killed.
func (w *worker) stopAll(ctx context.Context, pod *corev1.Pod, grace time.Duration, hurry <-chan struct{}) {
	all := w.runs(nil)
	var group sync.WaitGroup
	for name, run := range all {
		how := stopping{grace: grace, message: "Stopping container " + name, hurry: hurry, after: before(pod, name, all)}
		group.Go(func() { w.stop(ctx, pod, name, run, how) })
	}
	group.Wait()
}

// before are the containers that a sidecar outlives: the pod's own, and the
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

// stopping says how a container is stopped.
type stopping struct {
	grace   time.Duration
	message string
	// hurry, when it is closed, ends all patience; nil never does.
	hurry <-chan struct{}
	// after are the containers that end first.
	after []*container.Container
}

// leastGrace is what a kubelet leaves each program, even when its hook took all.
const leastGrace = 2 * time.Second

// stop ends one container: its preStop hook, SIGTERM, and at the end of its
// grace time, or when it has to hurry, SIGKILL.
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

// waitFor waits until all of the containers ended, but no longer than d.
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
