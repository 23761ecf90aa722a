package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// judgeHTTP decides about what was answered, or why nothing was.
func judgeHTTP(c Check, s observation, e expectation, now time.Time) judgment {
	if f, refused := forbiddenAnswer(s); refused {
		return f
	}
	reached := reachedAll(s.answers) || c.condition.ReadsField(responseType, "error")
	if reached && e.held() && (c.condition != nil || allFine(s.answers)) {
		if pods := backends(c, s); len(pods) > 0 && !slices.ContainsFunc(pods, func(p *kube.Object) bool { return !kube.Deleting(p) }) {
			return waiting(why.Deleting(pods[0]))
		}
		return judgment{verdict: Passed}
	}
	if f, found := backendObstacle(c, s, now); found {
		return f
	}
	f := failed(whyAnswer(c, s, e, now))
	// What counts is when it was asked: the answer may have taken long.
	if until, is := kube.Fresh(backendChanged(s), s.askedAt(now), c.Grace); is {
		f.verdict = Waiting
		if until.After(now) {
			f.again = until
		}
	}
	return f
}

// backendObstacle looks at the Service or Pod that should have answered.
func backendObstacle(c Check, s observation, now time.Time) (judgment, bool) {
	if c.HTTP.Service != "" {
		f, found := why.Service(s.object, c.HTTP.Port, s.Surroundings, now)
		return judged(f), found
	}
	pod := c.HTTP.pod(s)
	if pod == nil {
		return judgment{}, false
	}
	if f := judged(why.Progress(pod, s.Surroundings, now)); f.verdict != "" && !f.reason.IsZero() {
		return f, true
	}
	if _, err := strconv.Atoi(kube.PortNumber(pod, c.HTTP.Port)); err != nil {
		if kube.PodPorts(pod) == "" {
			return failed(lang.Messagef("no container of %s has a port named %q: they declare no ports", "%s 的容器没有名为 %q 的端口：它们没有声明端口",
				kube.NameOf(pod), c.HTTP.Port)), true
		}
		return failed(lang.Messagef("no container of %s has a port named %q (%s)", "%s 的容器没有名为 %q 的端口（%s）",
			kube.NameOf(pod), c.HTTP.Port, kube.PodPorts(pod))), true
	}
	return judgment{}, false
}

// backendChanged is when the Service or a pod of the namespace last changed: a
// page may come from far behind the pods that answer.
func backendChanged(s observation) time.Time {
	var last time.Time
	if s.object != nil {
		last = kube.Changed(s.object)
	}
	if s.Around == nil {
		return last
	}
	for _, pod := range s.Around.List("Pod") {
		if t := kube.Changed(pod); t.After(last) {
			last = t
		}
	}
	return last
}

func reachedAll(answers []ask.Answer) bool {
	for _, a := range answers {
		if a.Refusal != nil || a.Err != "" {
			return false
		}
	}
	return len(answers) > 0
}

func allFine(answers []ask.Answer) bool {
	for _, a := range answers {
		if a.Status < 200 || a.Status > 299 {
			return false
		}
	}
	return true
}

// forbiddenAnswer is the API server's refusal to let this user ask at all.
func forbiddenAnswer(s observation) (judgment, bool) {
	for _, a := range s.answers {
		if a.Refusal != nil && (a.Refusal.Reason == "Forbidden" || a.Refusal.Reason == "Unauthorized") {
			return judgment{verdict: Unknown, reason: whyForbidden(a.Refusal.Message)}, true
		}
	}
	return judgment{}, false
}

// whyAnswer says what was wrong with the first answer that tells.
func whyAnswer(c Check, s observation, e expectation, now time.Time) lang.Message {
	for i, a := range s.answers {
		if a.Refusal != nil || a.Err != "" {
			return whyUnreached(c, s, a)
		}
		if a.Status >= 500 || a.Status >= 400 && !e.explained || c.condition == nil && (a.Status < 200 || a.Status > 299) {
			reason := lang.Messagef("%s returned %d%s", "%s 返回 %d%s", asked(c), a.Status, whyStatus(s.answers, i))
			if a.Status == 502 || a.Status == 504 {
				return words.And(reason, why.Behind(s.Surroundings, backends(c, s), now))
			}
			return reason
		}
	}
	reason := bounded(e.reason(), slices.ContainsFunc(s.answers, func(a ask.Answer) bool { return a.Cut }))
	if i := slices.IndexFunc(s.answers, func(a ask.Answer) bool { return a.Strayed }); i >= 0 {
		return words.And(reason, whyStrayed(c, s.answers[i]))
	}
	return reason
}

// whyStrayed says where a redirect led that was not followed.
func whyStrayed(c Check, a ask.Answer) lang.Message {
	return lang.Messagef("the redirect to %s wasn't followed: it doesn't lead to %s",
		"没有跟随到 %s 的重定向：它不指向 %s", words.Shorten(a.Headers["Location"], 100), backendName(c))
}

func asked(c Check) string {
	return fmt.Sprintf("%s %s (%s)", c.HTTP.Method, c.HTTP.Path, backendName(c))
}

// backendName names who is asked, and its port.
func backendName(c Check) string {
	h := c.HTTP
	target := kube.Named("service", h.Service)
	switch {
	case h.Pod != "":
		target = kube.Named("pod", h.Pod)
	case h.Deployment != "":
		target = kube.Named("deployment", h.Deployment)
	case h.Selector != "":
		target = kube.Named("pod", h.Selector)
	}
	return fmt.Sprintf("%s, port %s", target, h.Port)
}

// whyStatus adds what a status means and how often it came.
func whyStatus(answers []ask.Answer, first int) lang.Message {
	a, times := answers[first], 0
	for _, other := range answers {
		if other.Status == a.Status {
			times++
		}
	}
	var often lang.Message
	if len(answers) > 1 {
		often = lang.Messagef(" in %d of %d requests", "（%[2]d 次访问中有 %[1]d 次）", times, len(answers))
	}
	means := statusMeaning(a)
	if means.IsZero() {
		return often
	}
	return lang.Message{EN: often.EN + ": " + means.EN, ZH: often.ZH + "：" + means.ZH}
}

// saysWhy is the first line of an answer that is plain words.
func saysWhy(a ask.Answer) string {
	line, _, _ := strings.Cut(strings.TrimSpace(a.Body), "\n")
	if line == "" || strings.ContainsAny(line[:1], "<{[") || strings.Contains(line, "<html") {
		return ""
	}
	return words.Shorten(line, 200)
}

func statusMeaning(a ask.Answer) lang.Message {
	nginx := strings.Contains(strings.ToLower(a.Headers["Server"]+a.Body), "nginx")
	switch {
	case a.Status == 502 && nginx:
		return lang.Message{EN: "nginx answers, but its upstream doesn't", ZH: "nginx 有响应，但它转发的目标没有响应"}
	case a.Status == 502:
		return lang.Message{EN: "the proxy answers, but its upstream doesn't", ZH: "代理有响应，但它后面的服务没有响应"}
	case a.Status == 503:
		return lang.Message{EN: "the program says it can't serve requests right now", ZH: "程序表示现在无法提供服务"}
	case a.Status == 504 && nginx:
		return lang.Message{EN: "nginx timed out waiting for its upstream", ZH: "nginx 等待它转发的目标超时"}
	case a.Status >= 500 && saysWhy(a) != "":
		return lang.Same(saysWhy(a))
	case a.Status >= 500:
		return lang.Message{EN: "the program failed; its log says why", ZH: "程序出错了，原因在它的日志里"}
	case a.Strayed:
		return lang.Messagef("a redirect to %s, which is somewhere else, so it wasn't followed", "重定向到 %s，那是别处，没有跟随", words.Shorten(a.Headers["Location"], 100))
	case a.Status >= 300 && a.Status < 400 && a.Headers["Location"] != "":
		return lang.Messagef("a redirect to %s", "重定向到 %s", words.Shorten(a.Headers["Location"], 100))
	case a.Status == 404:
		return lang.Message{EN: "the program answers, but has nothing at this path", ZH: "程序有响应，但这个路径没有内容"}
	}
	return lang.Message{}
}

// whyUnreached says why the API server got no answer from the backend.
func whyUnreached(c Check, s observation, a ask.Answer) lang.Message {
	text := a.Err
	if a.Refusal != nil {
		text = a.Refusal.Message
	}
	switch {
	case strings.HasPrefix(text, ask.BrokeOff):
		return lang.Messagef("%s: the response was cut short", "%s：响应在传完之前中断", asked(c))
	case strings.Contains(text, "connection refused"):
		var svc *kube.Object
		if c.HTTP.Service != "" {
			svc = s.object
		}
		return why.NothingListens(svc, c.HTTP.Port, backends(c, s))
	case strings.Contains(text, "no endpoints available"):
		return lang.Messagef("%s has no ready pods", "%s 没有就绪的 Pod", kube.NameOf(s.object))
	case strings.Contains(text, "timeout"), strings.Contains(text, "deadline exceeded"):
		return lang.Messagef("%s didn't answer in time", "%s 没有及时响应", asked(c))
	default:
		return lang.Messagef("%s can't be reached: %s", "无法访问 %s：%s", asked(c), words.Plainly(text))
	}
}

// backends are the pods that a request was for.
func backends(c Check, s observation) []*kube.Object {
	if c.HTTP.Service == "" {
		if pod := c.HTTP.pod(s); pod != nil {
			return []*kube.Object{pod}
		}
		return nil
	}
	return kube.Selected(kube.Selector(s.object), s.Around.List("Pod"))
}
