package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

// fact is a line of what is said of the sandbox.
type fact struct{ name, value lang.Message }

// describe says how the sandbox is, a line for each fact.
func describe(s daemon.Status, l lang.Lang) string {
	label := func(name lang.Message) string { return lang.Messagef("%s:", "%s：", name).In(l) }
	wide := visible.Width(label(kubeconfigName()))
	var b strings.Builder
	for _, f := range facts(s) {
		if f.value.IsZero() {
			continue
		}
		name := label(f.name)
		fmt.Fprintf(&b, "%s%s %s\n", name, strings.Repeat(" ", wide-visible.Width(name)), visible.Text(f.value.In(l)))
	}
	return b.String()
}

// kubeconfigName is the longest of the names, in every language.
func kubeconfigName() lang.Message { return lang.Same("kubeconfig") }

func facts(s daemon.Status) []fact {
	how := lang.Messagef("ready", "已就绪")
	switch {
	case !s.Running:
		how = lang.Messagef("not running", "没有运行")
	case !s.Ready:
		how = lang.Messagef("starting", "正在启动")
	}
	if !s.Running && !s.IdleStopped.IsZero() {
		how = lang.Messagef("%s; it stopped itself at %s, after %s without use", "%s；它在 %s 因 %s无人使用而自动停止",
			how, s.IdleStopped.Local().Format(time.DateTime), daemon.Span(s.IdleTimeout()))
	}
	first := fact{lang.Messagef("sandbox", "沙箱"), how}
	if !s.Running {
		return []fact{first}
	}
	return []fact{
		first,
		{lang.Messagef("kubernetes", "Kubernetes"), lang.Same(s.Version)},
		{lang.Messagef("server", "服务器"), lang.Same(s.Server)},
		{kubeconfigName(), lang.Same(s.Kubeconfig)},
		{lang.Messagef("nodes", "节点"), daemon.NodeNames(s.Nodes)},
		{lang.Messagef("pods", "Pod"), lang.Messagef("simulated by programs inside the sandbox's process", "由沙箱进程内的程序模拟运行")},
		{lang.Messagef("ingress", "Ingress"), lang.Same(s.Ingress)},
		{lang.Messagef("limits", "限制"), lang.Messagef("CPU and memory limits are not enforced, nor are NetworkPolicies", "CPU 与内存限制不会强制执行，NetworkPolicy 也不会")},
		{lang.Messagef("idle stop", "闲置停止"), idleStop(s)},
		{lang.Messagef("process", "进程"), process(s)},
	}
}

// idleStop says when the sandbox stops by itself; nothing while it starts.
func idleStop(s daemon.Status) lang.Message {
	switch {
	case !s.Ready:
		return lang.Message{}
	case s.IdleTimeout() == 0:
		return lang.Messagef("never", "从不")
	}
	return lang.Messagef("after %s without use, at %s at the earliest", "%s无人使用后停止，最早在 %s",
		daemon.Span(s.IdleTimeout()), s.LastUse.Add(s.IdleTimeout()).Local().Format(time.DateTime))
}

// process says which process the sandbox is; nothing while that is not known.
func process(s daemon.Status) lang.Message {
	if s.PID == 0 {
		return lang.Message{}
	}
	text := lang.Messagef("%d, since %s", "%d，启动于 %s", s.PID, s.Started.Local().Format(time.DateTime))
	if s.ResidentBytes > 0 {
		text = lang.Messagef("%s, %d MiB", "%s，占用内存 %d MiB", text, s.ResidentBytes>>20)
	}
	return text
}
