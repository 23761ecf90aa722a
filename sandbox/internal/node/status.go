package node

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourcehelper "k8s.io/component-helpers/resource"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/status"
	kubetypes "k8s.io/kubernetes/pkg/kubelet/types"
)

// status is the pod's status as a kubelet reports it.
func (w *worker) status() corev1.PodStatus {
	old, known := w.node.statuses.GetPodStatus(w.uid)
	w.mu.Lock()
	defer w.mu.Unlock()
	pod := w.pod
	if !known {
		old = pod.Status
	}
	s := corev1.PodStatus{
		HostIP: w.node.ip, HostIPs: []corev1.HostIP{{IP: w.node.ip}}, StartTime: &w.started,
		QOSClass: qos.GetPodQOS(pod), PodIP: w.ip, Reason: old.Reason, Message: old.Message,
		InitContainerStatuses: w.containerStatuses(pod.Spec.InitContainers),
		ContainerStatuses:     w.containerStatuses(pod.Spec.Containers),
	}
	for i := range pod.Spec.EphemeralContainers {
		c := corev1.Container(pod.Spec.EphemeralContainers[i].EphemeralContainerCommon)
		s.EphemeralContainerStatuses = append(s.EphemeralContainerStatuses, w.containerStatus(&c))
	}
	if s.PodIP != "" {
		s.PodIPs = []corev1.PodIP{{IP: s.PodIP}}
	}
	all := slices.Concat(s.InitContainerStatuses, s.ContainerStatuses)
	s.Phase = phase(pod, all, w.terminal, w.ran())
	if w.evicted != nil {
		s.Phase, s.Reason, s.Message = corev1.PodFailed, w.evicted.reason, w.evicted.message
	}
	for _, p := range []corev1.PodPhase{old.Phase, pod.Status.Phase} {
		if podutil.IsPodPhaseTerminal(p) { // A pod that ended stays ended.
			s.Phase = p
		}
	}
	s.Resources, s.AllocatedResources = podResources(pod), resourcehelper.PodRequests(pod, resourcehelper.PodResourcesOptions{})
	s.Conditions = w.conditions(pod, &old, all, s.Phase)
	return s
}

func (w *worker) conditions(pod *corev1.Pod, old *corev1.PodStatus, all []corev1.ContainerStatus, phase corev1.PodPhase) []corev1.PodCondition {
	var out []corev1.PodCondition
	for _, c := range pod.Status.Conditions {
		if !kubetypes.PodConditionByKubelet(c.Type) {
			out = append(out, c)
		}
	}
	out = append(out, status.GeneratePodReadyToStartContainersCondition(pod, old, w.sandbox()),
		status.GeneratePodInitializedCondition(pod, old, all, phase))
	out = append(out, status.GeneratePodReadyCondition(pod, old, out, all, phase),
		status.GenerateContainersReadyCondition(pod, old, all, phase))
	for _, c := range w.node.statuses.GetPodResizeConditions(w.uid) {
		out = append(out, *c)
	}
	return append(out, corev1.PodCondition{
		Type: corev1.PodScheduled, Status: corev1.ConditionTrue,
		ObservedGeneration: podutil.CalculatePodConditionObservedGeneration(old, pod.Generation, corev1.PodScheduled),
	})
}

// podResources are the pod's total resources; a limit only if each of its
// containers has one.
func podResources(pod *corev1.Pod) *corev1.ResourceRequirements {
	out := &corev1.ResourceRequirements{
		Requests: resourcehelper.PodRequests(pod, resourcehelper.PodResourcesOptions{}),
		Limits:   resourcehelper.PodLimits(pod, resourcehelper.PodResourcesOptions{}),
	}
	for _, c := range pod.Spec.Containers {
		for name := range out.Limits {
			if _, limited := c.Resources.Limits[name]; !limited {
				delete(out.Limits, name)
			}
		}
	}
	return out
}

// sandbox tells upstream's code whether the pod has its network.
func (w *worker) sandbox() *kubecontainer.PodStatus {
	s := &kubecontainer.PodStatus{ID: w.uid}
	if w.net != nil && !w.terminal {
		s.SandboxStatuses = []*runtimeapi.PodSandboxStatus{{
			Metadata: &runtimeapi.PodSandboxMetadata{}, State: runtimeapi.PodSandboxState_SANDBOX_READY,
			Network: &runtimeapi.PodSandboxNetworkStatus{Ip: w.ip},
			Linux: &runtimeapi.LinuxPodSandboxStatus{Namespaces: &runtimeapi.Namespace{Options: &runtimeapi.NamespaceOption{
				Network: networkMode(w.pod),
			}}},
		}}
	}
	return s
}

func networkMode(pod *corev1.Pod) runtimeapi.NamespaceMode {
	if pod.Spec.HostNetwork {
		return runtimeapi.NamespaceMode_NODE
	}
	return runtimeapi.NamespaceMode_POD
}

// ran reports whether one of the pod's main containers has started in this run.
func (w *worker) ran() bool {
	return slices.ContainsFunc(w.pod.Spec.Containers, func(c corev1.Container) bool {
		u := w.containers[c.Name]
		return u != nil && u.attempt >= 0
	})
}

func (w *worker) initialized() bool {
	return len(w.pod.Spec.InitContainers) == 0 || w.ran()
}

func (w *worker) containerStatuses(containers []corev1.Container) []corev1.ContainerStatus {
	var out []corev1.ContainerStatus
	for i := range containers {
		out = append(out, w.containerStatus(&containers[i]))
	}
	return out
}

// containerStatus composes the state of a container; w.mu is held.
func (w *worker) containerStatus(c *corev1.Container) corev1.ContainerStatus {
	s := corev1.ContainerStatus{Name: c.Name, Image: c.Image, Started: new(bool)}
	for _, m := range c.VolumeMounts {
		s.VolumeMounts = append(s.VolumeMounts, mountStatus(m))
	}
	u := w.containers[c.Name]
	if u == nil {
		u = newUnit()
	}
	s.RestartCount, s.ContainerID, s.User = max(u.attempt, 0), u.id, u.user
	if u.id != "" {
		s.Resources, s.AllocatedResources = u.resources.DeepCopy(), c.Resources.Requests
	}
	if u.image != nil {
		s.Image, s.ImageID = u.image.Reference, u.image.ID()
	}
	s.LastTerminationState.Terminated = u.before
	switch {
	case u.run != nil:
		started := u.begun
		s.Started, s.Ready = &started, u.begun && u.ready && !w.isInit(c.Name)
		s.State.Running = &corev1.ContainerStateRunning{}
		s.State.Running.StartedAt.Time = u.run.Started()
	case u.why != nil && !w.terminal:
		s.State.Waiting = u.why
		if u.ended != nil {
			s.LastTerminationState.Terminated = u.ended
		}
	case u.ended != nil:
		s.State.Terminated = u.ended
		s.Ready = u.ended.ExitCode == 0 && w.isInit(c.Name)
	default:
		s.State.Waiting = w.notStarted()
	}
	return s
}

func (w *worker) isInit(name string) bool {
	return slices.ContainsFunc(w.pod.Spec.InitContainers, func(c corev1.Container) bool {
		return c.Name == name && !podutil.IsRestartableInitContainer(&c)
	})
}

func (w *worker) notStarted() *corev1.ContainerStateWaiting {
	if !w.initialized() {
		return &corev1.ContainerStateWaiting{Reason: "PodInitializing"}
	}
	return &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}
}

func mountStatus(m corev1.VolumeMount) corev1.VolumeMountStatus {
	s := corev1.VolumeMountStatus{Name: m.Name, MountPath: m.MountPath, ReadOnly: m.ReadOnly}
	if m.ReadOnly {
		s.RecursiveReadOnly = new(corev1.RecursiveReadOnlyMode)
		*s.RecursiveReadOnly = corev1.RecursiveReadOnlyDisabled
	}
	return s
}
