package why

import (
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// podObstacle is what keeps a pod from running as asked, its gravest trouble
// first: images, set-up, crashes, mounts, nodes, probes.
func podObstacle(pod *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	for _, field := range []string{"initContainerStatuses", "containerStatuses"} {
		for _, cs := range kube.Maps(pod.Object, "status", field) {
			if f, found := containerObstacle(pod, cs, s, now); found {
				return f, true
			}
		}
	}
	if kube.Text(pod.Object, "status", "phase") == "Failed" {
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

func containerObstacle(pod *kube.Object, cs map[string]any, s Surroundings, now time.Time) (Finding, bool) {
	name, message := kube.Text(cs, "name"), kube.Text(cs, "state", "waiting", "message")
	switch kube.Text(cs, "state", "waiting", "reason") {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable":
		if otherImage(pod, name, message) {
			return ongoing(lang.Messagef("%s has a new image, which hasn't been pulled yet", "%s 换了镜像，还没有尝试拉取", containerOf(pod, name))), true
		}
		return blocked(whyImage(pod, name, message, s)), true
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		if program := missingProgram(message); program != "" {
			return blocked(whyNoProgram(pod, name, program)), true
		}
		if now, mended := thereNow(pod, message, s); mended {
			return ongoing(words.And(now, lang.Messagef("%s is about to start", "%s 即将启动", containerOf(pod, name)))), true
		}
		return blocked(words.Because(lang.Messagef("%s can't be created", "%s 无法创建", containerOf(pod, name)), whyConfig(pod, message, s))), true
	case "CrashLoopBackOff":
		return crash(pod, cs, kube.At(cs, "lastState", "terminated"), s, now), true
	}
	ended := kube.At(cs, "state", "terminated")
	code, has := kube.Number(ended, "exitCode")
	if has && code != 0 && kube.Text(pod.Object, "status", "phase") != "Succeeded" {
		return crash(pod, cs, ended, s, now), true
	}
	return restarted(pod, cs, s, now)
}

// unmounted explains a pod whose volume can't be mounted.
func unmounted(pod *kube.Object, s Surroundings) (Finding, bool) {
	if kube.Text(pod.Object, "status", "phase") != "Pending" {
		return Finding{}, false
	}
	e := kube.LastEvent(pod, s.Around, "FailedMount", "FailedAttachVolume")
	if e == nil {
		return Finding{}, false
	}
	message := kube.Text(e.Object, "message")
	_, cause, cut := strings.Cut(message, " : ")
	if !cut {
		cause = message
	}
	if now, mended := thereNow(pod, words.OneLine(cause), s); mended {
		return ongoing(words.And(now, lang.Messagef("%s is about to mount it", "%s 即将挂载它", kube.NameOf(pod)))), true
	}
	return blocked(words.Because(lang.Messagef("a volume of %s can't be mounted", "%s 的卷无法挂载", kube.NameOf(pod)),
		whyConfig(pod, words.OneLine(cause), s))), true
}

func whyPodFailed(pod *kube.Object) lang.Message {
	reason, message := kube.Text(pod.Object, "status", "reason"), kube.Text(pod.Object, "status", "message")
	if reason == "" {
		return lang.Messagef("%s has failed", "%s 已失败", kube.NameOf(pod))
	}
	return lang.Messagef("%s has failed: %s: %s", "%s 已失败：%s：%s", kube.NameOf(pod), reason, words.Plainly(message))
}

// whyPodStarts says how far a pod is on its way.
func whyPodStarts(pod *kube.Object) lang.Message {
	if kube.Text(pod.Object, "spec", "nodeName") == "" {
		return lang.Messagef("%s is waiting for a node", "%s 正在等待节点", kube.NameOf(pod))
	}
	if name := kube.RunningInit(pod); name != "" {
		return lang.Messagef("init container %s in %s is still running", "%[2]s 的初始化容器 %[1]s 还在运行", name, kube.NameOf(pod))
	}
	for _, field := range []string{"initContainerStatuses", "containerStatuses"} {
		for _, cs := range kube.Maps(pod.Object, "status", field) {
			if reason := kube.Text(cs, "state", "waiting", "reason"); reason != "" {
				return lang.Messagef("container %s in %s is starting (%s)", "%[2]s 的容器 %[1]s 正在启动（%[3]s）",
					kube.Text(cs, "name"), kube.NameOf(pod), reason)
			}
		}
	}
	if kube.Text(pod.Object, "status", "phase") == "Running" {
		return lang.Messagef("%s is running, but not ready yet", "%s 已运行，但还没有就绪", kube.NameOf(pod))
	}
	return lang.Messagef("%s is starting", "%s 正在启动", kube.NameOf(pod))
}
