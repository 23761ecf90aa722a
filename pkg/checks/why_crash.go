package checks

import (
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// crash speaks for a container that ended though it should run, by the state of
// the run that ended.
func crash(pod *object, cs map[string]any, ended any, s sight) finding {
	name := textAt(cs, "name")
	restarts, _ := numberAt(cs, "restartCount")
	ref := logRef{namespace: pod.GetNamespace(), pod: pod.GetName(), container: name, restarts: restarts}
	line, known := s.lastLogs[ref]
	if line == "" {
		line = lastLine(textAt(ended, "message"))
	}
	f := failed(whyCrash(named("container", name), namedObject(pod), ended, line))
	if !known {
		f.log = &ref
	}
	return f
}

func whyCrash(container, pod string, ended any, line string) lang.Message {
	code, _ := numberAt(ended, "exitCode")
	zh := strings.Replace(container, "container ", "容器 ", 1)
	var what lang.Message
	if textAt(ended, "reason") == "OOMKilled" {
		what = lang.Message{
			EN: container + " of " + pod + " was killed because it used more memory than its limit",
			ZH: pod + " 的" + zh + " 因内存超过限制被终止",
		}
	} else {
		what = lang.Messagef("%s ended with exit code %d", "%s 以退出码 %d 结束",
			lang.Message{EN: container + " of " + pod, ZH: pod + " 的" + zh}, code)
	}
	if line == "" {
		return what
	}
	return lang.Messagef("%s; its last words: %s", "%s；最后的输出：%s", what, shorten(line, 200))
}

// lastLine is the last line that says something.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return oneLine(lines[len(lines)-1])
}
