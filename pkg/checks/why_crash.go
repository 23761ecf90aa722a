package checks

import (
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// crash speaks for a container that ended though it should run, by the state of
// the run that ended.
func crash(pod *object, cs map[string]any, ended any, s surroundings, now time.Time) finding {
	name := textAt(cs, "name")
	restarts, _ := numberAt(cs, "restartCount")
	ref := logRef{namespace: pod.GetNamespace(), pod: pod.GetName(), container: name, restarts: restarts}
	line, known := s.lastLogs[ref]
	if line == "" {
		line = lastLine(textAt(ended, "message"))
	}
	f, waits := mended(pod, cs, ended, line, s, now)
	if !waits {
		if why, killed := whyKilled(pod, name, timeAt(ended, "finishedAt"), s); killed {
			return blocked(why)
		}
		if program := missingProgram(textAt(ended, "message")); program != "" {
			return blocked(whyNoProgram(pod, name, program))
		}
		f = blocked(and(whyCrash(pod, name, ended, line), whyUpstream(line, s)))
	}
	if !known {
		f.log = &ref
	}
	return f
}

func whyCrash(pod *object, name string, ended any, line string) lang.Message {
	code, _ := numberAt(ended, "exitCode")
	what := lang.Messagef("%s ended with exit code %d%s", "%s 以退出码 %d 结束%s", containerOf(pod, name), code, codeMeaning(code))
	switch {
	case textAt(ended, "reason") == "OOMKilled":
		what = lang.Messagef("%s was killed because it used more memory than its limit%s", "%s 因内存超过限制%s被终止",
			containerOf(pod, name), inBrackets(limitOf(pod, name, "memory")))
	case code == 0 && textAt(pod.Object, "spec", "restartPolicy") != "Never":
		what = lang.Messagef("%s finished (exit code 0), but has to keep running", "%s 自己结束了（退出码 0），但它应该一直运行", containerOf(pod, name))
	}
	if line == "" || logLost(line) {
		return what
	}
	return lang.Messagef("%s; its last words: %s", "%s；最后的输出：%s", what, shorten(line, 200))
}

// logLost reports that a log's line is the kubelet's, not the container's: that it
// has put the log of a run that ended away (k8s.io/kubernetes/pkg/kubelet/kuberuntime,
// k8s.io/cri-client/pkg/logs).
func logLost(line string) bool {
	return strings.HasPrefix(line, "unable to retrieve container logs") || strings.HasPrefix(line, "failed to try resolving symlinks in path")
}

// codeMeaning says what an exit code means by the shell's and the kernel's rules.
func codeMeaning(code int64) lang.Message {
	switch code {
	case 126:
		return lang.Messagef(" (the command cannot be executed)", "（命令无法执行）")
	case 127:
		return lang.Messagef(" (a command was not found)", "（找不到命令）")
	case 137:
		return lang.Messagef(" (it was killed)", "（被强制终止）")
	case 139:
		return lang.Messagef(" (it crashed with a memory fault)", "（内存访问出错而中断）")
	}
	return lang.Message{}
}

// containerOf names a container and its pod.
func containerOf(pod *object, name string) lang.Message {
	for _, c := range mapsAt(pod.Object, "spec", "initContainers") {
		if textAt(c, "name") == name {
			return lang.Messagef("init container %s of %s", "%[2]s 的初始化容器 %[1]s", name, namedObject(pod))
		}
	}
	return lang.Messagef("container %s of %s", "%[2]s 的容器 %[1]s", name, namedObject(pod))
}

func limitOf(pod *object, container, resource string) string {
	return textAt(containerSpec(pod, container), "resources", "limits", resource)
}

func inBrackets(text string) lang.Message {
	if text == "" {
		return lang.Message{}
	}
	return lang.Messagef(" (%s)", "（%s）", text)
}

// killWindow is how long before its end a container may have been sentenced: the
// kubelet's default grace, and some.
const killWindow = 40 * time.Second

// whyKilled speaks for a container that the kubelet ended because of a probe.
func whyKilled(pod *object, container string, ended time.Time, s surroundings) (lang.Message, bool) {
	for _, kind := range []string{"liveness", "startup"} {
		e := eventSaying(pod, s.around, "Killing", "Container "+container+" failed "+kind+" probe")
		if e == nil || !ended.IsZero() && eventTime(e).Before(ended.Add(-killWindow)) {
			continue
		}
		cause := ""
		if u := eventSaying(pod, s.around, "Unhealthy", strings.ToUpper(kind[:1])+kind[1:]+" probe"); u != nil {
			_, cause, _ = strings.Cut(textAt(u.Object, "message"), ": ")
		}
		why := lang.Messagef("the kubelet restarts %s because its %s probe fails", "kubelet 重启 %s，因为%s探针失败",
			containerOf(pod, container), probeKind(kind))
		return because(why, probeCause(at(containerSpec(pod, container), kind+"Probe"), pod, cause)), true
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

func whyNoProgram(pod *object, container, program string) lang.Message {
	return lang.Messagef("%s cannot start: its image %q has no program %q", "%s 无法启动：镜像 %q 里没有程序 %q",
		containerOf(pod, container), textAt(containerSpec(pod, container), "image"), program)
}

// whyUpstream speaks for an nginx that ends because a name does not exist.
func whyUpstream(line string, s surroundings) lang.Message {
	_, rest, found := strings.Cut(line, `host not found in upstream "`)
	if !found {
		return lang.Message{}
	}
	host, _, _ := strings.Cut(rest, `"`)
	host, _, _ = strings.Cut(host, ":")
	return whyNoService(host, s)
}

// whyNoService says that nobody is called so, and who nearly is.
func whyNoService(name string, s surroundings) lang.Message {
	var names []string
	name, _, _ = strings.Cut(name, ".")
	for _, svc := range s.around.near("Service") {
		if svc.GetName() == name {
			return lang.Message{}
		}
		names = append(names, svc.GetName())
	}
	if len(names) == 0 {
		return lang.Message{}
	}
	if n := nearest.Name(name, names); n != "" {
		return lang.Messagef("there is no %s, but there is %s", "没有 %s，但有 %s", named("Service", name), n)
	}
	return lang.Messagef("there is no %s", "没有 %s", named("Service", name))
}

// lastLine is the last line that says something.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return oneLine(lines[len(lines)-1])
}
