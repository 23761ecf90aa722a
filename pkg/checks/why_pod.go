package checks

import (
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// scheduleWindow is how long a pod may look for a node before that is called
// settled; it is kstatus' own.
const scheduleWindow = 15 * time.Second

// podObstacle is what keeps a pod from running as asked, its gravest trouble
// first: images, set-up, crashes, mounts, nodes, probes.
func podObstacle(pod *object, s sight, now time.Time) (finding, bool) {
	for _, field := range []string{"initContainerStatuses", "containerStatuses"} {
		for _, cs := range mapsAt(pod.Object, "status", field) {
			if f, found := containerObstacle(pod, cs, s); found {
				return f, true
			}
		}
	}
	if textAt(pod.Object, "status", "phase") == "Failed" {
		return failed(whyPodFailed(pod)), true
	}
	if f, found := unschedulable(pod, now); found {
		return f, true
	}
	if f, found := unmounted(pod, s); found {
		return f, true
	}
	return unready(pod, s, now)
}

func containerObstacle(pod *object, cs map[string]any, s sight) (finding, bool) {
	name, message := textAt(cs, "name"), textAt(cs, "state", "waiting", "message")
	switch textAt(cs, "state", "waiting", "reason") {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable":
		return failed(whyImage(pod, name, message, s)), true
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		return failed(lang.Messagef("container %s of %s cannot be set up: %s", "%[2]s 的容器 %[1]s 无法创建：%[3]s",
			name, namedObject(pod), told(message))), true
	case "CrashLoopBackOff":
		return crash(pod, cs, at(cs, "lastState", "terminated"), s), true
	}
	ended := at(cs, "state", "terminated")
	code, has := numberAt(ended, "exitCode")
	if has && code != 0 && textAt(pod.Object, "status", "phase") != "Succeeded" {
		return crash(pod, cs, ended, s), true
	}
	return finding{}, false
}

// unschedulable speaks for a pod that no node takes.
func unschedulable(pod *object, now time.Time) (finding, bool) {
	c := conditionOf(pod, "PodScheduled")
	if textAt(c, "status") != "False" || textAt(c, "reason") != "Unschedulable" {
		return finding{}, false
	}
	message, _, _ := strings.Cut(textAt(c, "message"), ". preemption:")
	message, _, _ = strings.Cut(message, " preemption:")
	f := failed(lang.Messagef("no node takes %s: %s", "没有节点能运行 %s：%s", namedObject(pod), shorten(message, 200)))
	if until := pod.GetCreationTimestamp().Add(scheduleWindow); now.Before(until) {
		f.verdict, f.again = Waiting, until
	}
	return f, true
}

// unmounted speaks for a pod whose volume cannot be had.
func unmounted(pod *object, s sight) (finding, bool) {
	if textAt(pod.Object, "status", "phase") != "Pending" {
		return finding{}, false
	}
	e := lastEvent(pod, s, "FailedMount", "FailedAttachVolume")
	if e == nil {
		return finding{}, false
	}
	message := textAt(e.Object, "message")
	_, cause, cut := strings.Cut(message, " : ")
	if !cut {
		cause = message
	}
	return failed(lang.Messagef("a volume of %s cannot be mounted: %s", "%s 的卷无法挂载：%s",
		namedObject(pod), told(cause))), true
}

// unready speaks for a pod whose readiness probe does not succeed. The probe may
// fail as often as its threshold allows while the program starts.
func unready(pod *object, s sight, now time.Time) (finding, bool) {
	for _, cs := range mapsAt(pod.Object, "status", "containerStatuses") {
		ready, _ := at(cs, "ready").(bool)
		since := timeAt(cs, "state", "running", "startedAt")
		probe := at(containerSpec(pod, textAt(cs, "name")), "readinessProbe")
		if ready || since.IsZero() || probe == nil {
			continue
		}
		e := lastEvent(pod, s, "Unhealthy")
		if e == nil || !strings.HasPrefix(textAt(e.Object, "message"), "Readiness") {
			continue
		}
		_, cause, _ := strings.Cut(textAt(e.Object, "message"), ": ")
		f := failed(lang.Messagef("the readiness probe of container %s of %s fails: %s", "%[2]s 的容器 %[1]s 的就绪探针失败：%[3]s",
			textAt(cs, "name"), namedObject(pod), told(cause)))
		if until := since.Add(probeWindow(probe)); now.Before(until) {
			f.verdict, f.again = Waiting, until
		}
		return f, true
	}
	return finding{}, false
}

func probeWindow(probe any) time.Duration {
	period, times, delay := int64(10), int64(3), int64(0)
	for path, into := range map[string]*int64{
		"periodSeconds": &period, "failureThreshold": &times, "initialDelaySeconds": &delay,
	} {
		if n, set := numberAt(probe, path); set && n >= 0 && n < 3600 {
			*into = n
		}
	}
	return max(10*time.Second, time.Duration(delay+period*times)*time.Second)
}

func whyPodFailed(pod *object) lang.Message {
	reason, message := textAt(pod.Object, "status", "reason"), textAt(pod.Object, "status", "message")
	if reason == "" {
		return lang.Messagef("%s has failed", "%s 已失败", namedObject(pod))
	}
	return lang.Messagef("%s has failed: %s: %s", "%s 已失败：%s：%s", namedObject(pod), reason, told(message))
}

// whyPodStarts says how far a pod is on its way.
func whyPodStarts(pod *object) lang.Message {
	if textAt(pod.Object, "spec", "nodeName") == "" {
		return lang.Messagef("%s waits for a node", "%s 正在等待节点", namedObject(pod))
	}
	for _, field := range []string{"initContainerStatuses", "containerStatuses"} {
		for _, cs := range mapsAt(pod.Object, "status", field) {
			if reason := textAt(cs, "state", "waiting", "reason"); reason != "" {
				return lang.Messagef("container %s of %s is starting (%s)", "%[2]s 的容器 %[1]s 正在启动（%[3]s）",
					textAt(cs, "name"), namedObject(pod), reason)
			}
		}
	}
	if textAt(pod.Object, "status", "phase") == "Running" {
		return lang.Messagef("%s runs but is not ready yet", "%s 已运行，但还没有就绪", namedObject(pod))
	}
	return lang.Messagef("%s is starting", "%s 正在启动", namedObject(pod))
}

// containerSpec finds a container, init containers included, by its name.
func containerSpec(pod *object, name string) map[string]any {
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range mapsAt(pod.Object, "spec", field) {
			if textAt(c, "name") == name {
				return c
			}
		}
	}
	return nil
}
