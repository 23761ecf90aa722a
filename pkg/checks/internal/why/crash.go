package why

import (
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// crash explains a container that ended though it should run, by the state of
// the run that ended.
func crash(pod *kube.Object, cs map[string]any, ended any, s Surroundings, now time.Time) Finding {
	name := kube.Text(cs, "name")
	restarts, _ := kube.Number(cs, "restartCount")
	ref := Run{Namespace: pod.GetNamespace(), Pod: pod.GetName(), Container: name, restarts: restarts}
	line, known := s.LastLogs[ref]
	if line == "" {
		line = words.LastLine(kube.Text(ended, "message"))
	}
	f, waits := fixedSince(pod, cs, ended, line, s, now)
	if !waits {
		if why, killed := whyKilled(pod, name, kube.Time(ended, "finishedAt"), s); killed {
			return blocked(why)
		}
		if program := missingProgram(kube.Text(ended, "message")); program != "" {
			return blocked(whyNoProgram(pod, name, program))
		}
		f = blocked(words.And(whyCrash(pod, name, ended, line), whyUpstream(line, s)))
	}
	if !known {
		f.Log = &ref
	}
	return f
}

func whyCrash(pod *kube.Object, name string, ended any, line string) lang.Message {
	code, _ := kube.Number(ended, "exitCode")
	what := lang.Messagef("%s exited with code %d%s", "%s 以退出码 %d 结束%s", containerOf(pod, name), code, codeMeaning(code))
	switch {
	case kube.Text(ended, "reason") == "OOMKilled":
		what = lang.Messagef("%s was killed because it used more memory than its limit%s", "%s 因内存超过限制%s被终止",
			containerOf(pod, name), words.InBrackets(limitOf(pod, name, "memory")))
	case code == 0 && kube.Text(pod.Object, "spec", "restartPolicy") != "Never":
		what = lang.Messagef("%s finished (exit code 0), but it must keep running", "%s 自己结束了（退出码 0），但它应该一直运行", containerOf(pod, name))
	}
	if line == "" || kube.LogLost(line) {
		return what
	}
	return lang.Messagef("%s; last output: %s", "%s；最后的输出：%s", what, words.Shorten(line, 200))
}

// codeMeaning says what an exit code means by the shell's and the kernel's rules.
func codeMeaning(code int64) lang.Message {
	switch code {
	case 126:
		return lang.Messagef(" (the command can't be executed)", "（命令无法执行）")
	case 127:
		return lang.Messagef(" (a command was not found)", "（找不到命令）")
	case 137:
		return lang.Messagef(" (it was killed)", "（被强制终止）")
	case 139:
		return lang.Messagef(" (segmentation fault)", "（内存访问出错而中断）")
	}
	return lang.Message{}
}

// containerOf names a container and its pod.
func containerOf(pod *kube.Object, name string) lang.Message {
	for _, c := range kube.Maps(pod.Object, "spec", "initContainers") {
		if kube.Text(c, "name") == name {
			return lang.Messagef("init container %s in %s", "%[2]s 的初始化容器 %[1]s", name, kube.NameOf(pod))
		}
	}
	return lang.Messagef("container %s in %s", "%[2]s 的容器 %[1]s", name, kube.NameOf(pod))
}

func limitOf(pod *kube.Object, container, resource string) string {
	return kube.Text(kube.Container(pod, container), "resources", "limits", resource)
}

// whyKilled explains a container that the kubelet ended because of a probe.
func whyKilled(pod *kube.Object, container string, ended time.Time, s Surroundings) (lang.Message, bool) {
	for _, kind := range []string{"liveness", "startup"} {
		e := kube.EventSaying(pod, s.Around, "Killing", "Container "+container+" failed "+kind+" probe")
		if e == nil || !ended.IsZero() && kube.EventTime(e).Before(ended.Add(-timing.KillWindow)) {
			continue
		}
		cause := ""
		if u := kube.EventSaying(pod, s.Around, "Unhealthy", strings.ToUpper(kind[:1])+kind[1:]+" probe"); u != nil {
			_, cause, _ = strings.Cut(kube.Text(u.Object, "message"), ": ")
		}
		why := lang.Messagef("the kubelet keeps restarting %s because its %s probe fails", "kubelet 重启 %s，因为%s探针失败",
			containerOf(pod, container), probeKind(kind))
		return words.Because(why, probeCause(kube.At(kube.Container(pod, container), kind+"Probe"), pod, cause)), true
	}
	return lang.Message{}, false
}

// missingProgram finds the program that a runtime could not find in an image.
func missingProgram(message string) string {
	if !strings.Contains(message, "executable file not found") && !strings.Contains(message, "no such file or directory") {
		return ""
	}
	_, rest, found := strings.Cut(message, `exec: "`)
	if !found {
		return ""
	}
	program, _, _ := strings.Cut(rest, `"`)
	return program
}

func whyNoProgram(pod *kube.Object, container, program string) lang.Message {
	return lang.Messagef("%s can't start: its image %q has no program %q", "%s 无法启动：镜像 %q 里没有程序 %q",
		containerOf(pod, container), kube.Text(kube.Container(pod, container), "image"), program)
}

// whyUpstream explains an nginx that ends because a name does not exist.
func whyUpstream(line string, s Surroundings) lang.Message {
	_, rest, found := strings.Cut(line, `host not found in upstream "`)
	if !found {
		return lang.Message{}
	}
	host, _, _ := strings.Cut(rest, `"`)
	host, _, _ = strings.Cut(host, ":")
	return whyNoService(host, s)
}

// whyNoService says that nobody is called so, and who nearly is.
func whyNoService(name string, s Surroundings) lang.Message {
	var names []string
	name, _, _ = strings.Cut(name, ".")
	for _, svc := range s.Around.List("Service") {
		if svc.GetName() == name {
			return lang.Message{}
		}
		names = append(names, svc.GetName())
	}
	if len(names) == 0 {
		return lang.Message{}
	}
	if n := nearest.Name(name, names); n != "" {
		return lang.Messagef("there is no %s, but there is %s", "没有 %s，但有 %s", kube.Named("Service", name), n)
	}
	return lang.Messagef("there is no %s", "没有 %s", kube.Named("Service", name))
}
