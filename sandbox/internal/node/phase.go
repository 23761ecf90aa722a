package node

import (
	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// tally counts containers by their state, as the kubelet's getPhase does.
type tally struct {
	pendingInit, failedInit                              int
	unknown, running, waiting, stopped, final, succeeded int
}

// phase is upstream's getPhase (pkg/kubelet/kubelet_pods.go), which is not
// exported.
func phase(pod *corev1.Pod, all []corev1.ContainerStatus, terminal, ran bool) corev1.PodPhase {
	var t tally
	for _, c := range pod.Spec.InitContainers {
		s, ok := podutil.GetContainerStatus(all, c.Name)
		if podutil.IsRestartableInitContainer(&c) {
			t.sidecar(s, ok, ran)
		} else {
			t.init(pod, c, s, ok)
		}
	}
	for _, c := range pod.Spec.Containers {
		s, ok := podutil.GetContainerStatus(all, c.Name)
		t.regular(pod, c, s, ok)
	}
	switch {
	case t.failedInit > 0:
		return corev1.PodFailed
	case t.pendingInit > 0, t.waiting > 0:
		if terminal {
			return corev1.PodFailed
		}
		return corev1.PodPending
	case t.running > 0 && t.unknown == 0:
		return corev1.PodRunning
	case t.running == 0 && t.stopped > 0 && t.unknown == 0:
		return t.ended(terminal)
	}
	return corev1.PodPending
}

func (t *tally) ended(terminal bool) corev1.PodPhase {
	switch {
	case !terminal && t.stopped != t.final:
		return corev1.PodRunning // At least one is about to restart.
	case t.stopped == t.succeeded:
		return corev1.PodSucceeded
	}
	return corev1.PodFailed
}

func (t *tally) init(pod *corev1.Pod, c corev1.Container, s corev1.ContainerStatus, ok bool) {
	end := s.State.Terminated
	if s.State.Waiting != nil {
		end = s.LastTerminationState.Terminated
	}
	switch {
	case !ok || end == nil:
		t.pendingInit++
	case end.ExitCode != 0 && !podutil.ContainerShouldRestart(c, pod.Spec, end.ExitCode):
		t.failedInit++
	case end.ExitCode != 0:
		t.pendingInit++
	}
}

func (t *tally) sidecar(s corev1.ContainerStatus, ok, ran bool) {
	switch {
	case !ok:
		t.unknown++
	case s.State.Running != nil:
		if (s.Started == nil || !*s.Started) && !ran {
			t.pendingInit++
		}
		t.running++
	case s.State.Waiting != nil && s.LastTerminationState.Terminated == nil:
		if !ran {
			t.pendingInit++
		}
		t.waiting++
	}
}

func (t *tally) regular(pod *corev1.Pod, c corev1.Container, s corev1.ContainerStatus, ok bool) {
	end := s.State.Terminated
	if s.State.Waiting != nil {
		end = s.LastTerminationState.Terminated
	}
	switch {
	case !ok:
		t.unknown++
	case s.State.Running != nil:
		t.running++
	case end == nil:
		t.waiting++
	default:
		t.stopped++
		if !podutil.ContainerShouldRestart(c, pod.Spec, end.ExitCode) {
			t.final++
		}
		if end.ExitCode == 0 {
			t.succeeded++
		}
	}
}
