package checks

import (
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// podObstacle is what keeps a pod from running as asked, its gravest trouble
// first: images, set-up, crashes, mounts, nodes, probes.
func podObstacle(pod *object, s surroundings, now time.Time) (finding, bool) {
	for _, field := range []string{"initContainerStatuses", "containerStatuses"} {
		for _, cs := range mapsAt(pod.Object, "status", field) {
			if f, found := containerObstacle(pod, cs, s, now); found {
				return f, true
			}
		}
	}
	if textAt(pod.Object, "status", "phase") == "Failed" {
		return blocked(whyPodFailed(pod)), true
	}
	if f, found := unschedulable(pod, s, now); found {
		return f, true
	}
	if f, found := unmounted(pod, s); found {
		return f, true
	}
	return unready(pod, s, now)
}

func containerObstacle(pod *object, cs map[string]any, s surroundings, now time.Time) (finding, bool) {
	name, message := textAt(cs, "name"), textAt(cs, "state", "waiting", "message")
	switch textAt(cs, "state", "waiting", "reason") {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable":
		if otherImage(pod, name, message) {
			return ongoing(lang.Messagef("%s has another image now, which has not been tried yet", "%s 换了镜像，还没有尝试拉取", containerOf(pod, name))), true
		}
		return blocked(whyImage(pod, name, message, s)), true
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		if program := missingProgram(message); program != "" {
			return blocked(whyNoProgram(pod, name, program)), true
		}
		if now, mended := thereNow(pod, message, s); mended {
			return ongoing(and(now, lang.Messagef("%s is about to start", "%s 即将启动", containerOf(pod, name)))), true
		}
		return blocked(because(lang.Messagef("%s cannot be created", "%s 无法创建", containerOf(pod, name)), whyConfig(pod, message, s))), true
	case "CrashLoopBackOff":
		return crash(pod, cs, at(cs, "lastState", "terminated"), s, now), true
	}
	ended := at(cs, "state", "terminated")
	code, has := numberAt(ended, "exitCode")
	if has && code != 0 && textAt(pod.Object, "status", "phase") != "Succeeded" {
		return crash(pod, cs, ended, s, now), true
	}
	return restarted(pod, cs, s, now)
}

// unmounted speaks for a pod whose volume cannot be had.
func unmounted(pod *object, s surroundings) (finding, bool) {
	if textAt(pod.Object, "status", "phase") != "Pending" {
		return finding{}, false
	}
	e := lastEvent(pod, s.around, "FailedMount", "FailedAttachVolume")
	if e == nil {
		return finding{}, false
	}
	message := textAt(e.Object, "message")
	_, cause, cut := strings.Cut(message, " : ")
	if !cut {
		cause = message
	}
	if now, mended := thereNow(pod, oneLine(cause), s); mended {
		return ongoing(and(now, lang.Messagef("%s is about to mount it", "%s 即将挂载它", namedObject(pod)))), true
	}
	return blocked(because(lang.Messagef("a volume of %s cannot be mounted", "%s 的卷无法挂载", namedObject(pod)),
		whyConfig(pod, oneLine(cause), s))), true
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
		return lang.Messagef("%s is waiting for a node", "%s 正在等待节点", namedObject(pod))
	}
	if name := initAtWork(pod); name != "" {
		return lang.Messagef("init container %s of %s is still running", "%[2]s 的初始化容器 %[1]s 还在运行", name, namedObject(pod))
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
		return lang.Messagef("%s is running, but not ready yet", "%s 已运行，但还没有就绪", namedObject(pod))
	}
	return lang.Messagef("%s is starting", "%s 正在启动", namedObject(pod))
}

// initAtWork is the init container that a pod waits for, "" when none runs. One that
// is to run beside the others is not waited for once it has started.
func initAtWork(pod *object) string {
	for _, cs := range mapsAt(pod.Object, "status", "initContainerStatuses") {
		name := textAt(cs, "name")
		if at(cs, "state", "running") != nil && textAt(containerSpec(pod, name), "restartPolicy") != "Always" {
			return name
		}
	}
	return ""
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
