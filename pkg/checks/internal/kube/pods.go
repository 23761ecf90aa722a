package kube

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
)

// Runs reports that a container is running.
func Runs(pod *Object, container string) bool {
	return At(ContainerStatus(pod, container), "state", "running") != nil
}

// Ran reports that a container is running or has been.
func Ran(pod *Object, container string) bool {
	cs := ContainerStatus(pod, container)
	return At(cs, "state", "running") != nil || At(cs, "state", "terminated") != nil || At(cs, "lastState", "terminated") != nil
}

// RanBefore reports that a container has ended and was started again.
func RanBefore(pod *Object, container string) bool {
	return At(ContainerStatus(pod, container), "lastState", "terminated") != nil
}

// ContainerStatus finds what a pod's status says of a container, nil when it says
// nothing.
func ContainerStatus(pod *Object, container string) map[string]any {
	for _, field := range []string{"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"} {
		for _, cs := range Maps(pod.Object, "status", field) {
			if Text(cs, "name") == container {
				return cs
			}
		}
	}
	return nil
}

// LogLost reports that a log's line is the kubelet's, not the container's: that it
// has put the log of a run that ended away (k8s.io/kubernetes/pkg/kubelet/kuberuntime,
// k8s.io/cri-client/pkg/logs).
func LogLost(line string) bool {
	return strings.HasPrefix(line, "unable to retrieve container logs") || strings.HasPrefix(line, "failed to try resolving symlinks in path")
}

// RunningInit is the init container that a pod waits for, "" when none runs. One that
// is to run beside the others is not waited for once it has started.
func RunningInit(pod *Object) string {
	for _, cs := range Maps(pod.Object, "status", "initContainerStatuses") {
		name := Text(cs, "name")
		if At(cs, "state", "running") != nil && Text(Container(pod, name), "restartPolicy") != "Always" {
			return name
		}
	}
	return ""
}

// Container finds a container, init containers included, by its name.
func Container(pod *Object, name string) map[string]any {
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range Maps(pod.Object, "spec", field) {
			if Text(c, "name") == name {
				return c
			}
		}
	}
	return nil
}

// Ready reports that a pod is ready, and is to stay.
func Ready(pod *Object) bool {
	return pod.GetDeletionTimestamp() == nil && Text(Condition(pod, "Ready"), "status") == "True"
}

// Selector is what a Service asks of its pods, empty when it has none.
func Selector(svc *Object) map[string]string {
	m, _ := At(svc.Object, "spec", "selector").(map[string]any)
	return Labels(m)
}

// Labels makes labels of what an object holds.
func Labels(m map[string]any) labels.Set {
	set := make(labels.Set, len(m))
	for k, v := range m {
		set[k] = fmt.Sprint(v)
	}
	return set
}

// Selected are the pods with the labels of a selector, in the order of their names.
func Selected(selector map[string]string, pods []*Object) []*Object {
	match := labels.SelectorFromSet(selector)
	var of []*Object
	for _, pod := range pods {
		if match.Matches(labels.Set(pod.GetLabels())) {
			of = append(of, pod)
		}
	}
	SortByName(of)
	return of
}
