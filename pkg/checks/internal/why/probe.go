package why

import (
	"net/url"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// whyProbe says which probe of a container fails, and why, from the kubelet's
// words for it.
func whyProbe(kind string, pod *kube.Object, container, cause string) lang.Message {
	what := lang.Messagef("the %s probe of container %s in %s is failing", "%[3]s 的容器 %[2]s 的%[1]s探针失败",
		probeKind(kind), container, kube.NameOf(pod))
	return words.Because(what, probeCause(kube.At(kube.Container(pod, container), kind+"Probe"), pod, cause))
}

func probeKind(kind string) lang.Message {
	return lang.Message{EN: kind, ZH: map[string]string{"readiness": "就绪", "liveness": "存活", "startup": "启动"}[kind]}
}

func probeCause(probe any, pod *kube.Object, cause string) lang.Message {
	cause = words.OneLine(cause)
	target, refused := strings.CutSuffix(cause, ": connect: connection refused")
	code, answered := strings.CutPrefix(cause, "HTTP probe failed with statuscode: ")
	path := kube.Text(probe, "httpGet", "path")
	switch {
	case refused:
		why := lang.Messagef("nothing listens on port %s", "没有程序监听端口 %s", target[strings.LastIndex(target, ":")+1:])
		if len(kube.ContainerPorts(pod)) == 0 {
			return why
		}
		return lang.Messagef("%s (the containers declare %s)", "%s（容器声明的端口是 %s）", why, kube.PodPorts(pod))
	case answered:
		return lang.Messagef("path %s returned %s, but a probe needs 200 to 399", "路径 %s 返回 %s，探针需要 200 到 399", path, code)
	case strings.Contains(cause, "context deadline exceeded"), strings.Contains(cause, "Client.Timeout"), strings.Contains(cause, "i/o timeout"),
		strings.HasPrefix(cause, "command timed out"), strings.Contains(cause, " timed out after "):
		return lang.Messagef("no answer within %d s (timeoutSeconds)", "%d 秒内没有响应（timeoutSeconds）", kube.NumberOr(probe, "timeoutSeconds", 1))
	case strings.HasPrefix(cause, "Get "):
		return lang.Messagef("%s doesn't answer in HTTP: %s", "%s 没有给出 HTTP 响应：%s", probeAddress(cause), words.Plainly(cause))
	}
	return lang.Same(words.Plainly(cause))
}

// probeAddress is the address in the words of Go's HTTP client.
func probeAddress(cause string) string {
	text, _, _ := strings.Cut(strings.TrimPrefix(cause, `Get "`), `"`)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	return u.Host + u.Path
}

// unready explains a pod whose startup or readiness probe does not succeed. The
// probe may fail as often as its threshold allows while the program starts.
func unready(pod *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	for _, cs := range kube.Maps(pod.Object, "status", "containerStatuses") {
		ready, _ := kube.At(cs, "ready").(bool)
		since, name := kube.Time(cs, "state", "running", "startedAt"), kube.Text(cs, "name")
		if ready || since.IsZero() {
			continue
		}
		if f, found := failingProbe(pod, name, since, s, now); found {
			return f, true
		}
	}
	return Finding{}, false
}

func failingProbe(pod *kube.Object, container string, since time.Time, s Surroundings, now time.Time) (Finding, bool) {
	e := kube.LastEvent(pod, s.Around, "Unhealthy")
	if e == nil {
		return Finding{}, false
	}
	word, cause, _ := strings.Cut(kube.Text(e.Object, "message"), ": ")
	kind := strings.ToLower(strings.TrimSuffix(word, " probe failed"))
	probe := kube.At(kube.Container(pod, container), kind+"Probe")
	if probe == nil || kind == "liveness" {
		return Finding{}, false
	}
	f := blocked(whyProbe(kind, pod, container, cause))
	if until := since.Add(probeWindow(probe)); now.Before(until) {
		f.State, f.Again = Ongoing, until
	}
	return f, true
}

func probeWindow(probe any) time.Duration {
	period, times, delay := int64(10), int64(3), int64(0)
	for path, into := range map[string]*int64{
		"periodSeconds": &period, "failureThreshold": &times, "initialDelaySeconds": &delay,
	} {
		if n, set := kube.Number(probe, path); set && n >= 0 && n < 3600 {
			*into = n
		}
	}
	return max(timing.ProbeWindow, time.Duration(delay+period*times)*time.Second)
}

// restarted explains a container that runs again after a probe had it ended.
func restarted(pod *kube.Object, cs map[string]any, s Surroundings, now time.Time) (Finding, bool) {
	name := kube.Text(cs, "name")
	e := kube.EventSaying(pod, s.Around, "Killing", "Container "+name+" failed ")
	if e == nil || now.After(kube.EventTime(e).Add(timing.RestartWindow)) {
		return Finding{}, false
	}
	why, killed := whyKilled(pod, name, time.Time{}, s)
	f := blocked(why)
	f.Again = kube.EventTime(e).Add(timing.RestartWindow)
	return f, killed
}
