package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/nodehost"
)

// fact is one line of the status.
type fact struct{ name, value lang.Message }

// describe returns the sandbox's status, one line for each fact.
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

// kubeconfigName is the longest label in every language.
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
		how = lang.Messagef("%s; stopped itself at %s after %s without use", "%s；它在 %s 因 %s无人使用而自动停止",
			how, s.IdleStopped.Local().Format(time.DateTime), daemon.Span(s.IdleTimeout()))
	}
	first := fact{lang.Messagef("sandbox", "沙箱"), how}
	full := fact{lang.Messagef("disk", "磁盘"), diskFull(s)}
	if !s.Running {
		return []fact{first, full}
	}
	return []fact{
		first,
		full,
		{lang.Messagef("kubernetes", "Kubernetes"), lang.Same(s.Version)},
		{lang.Messagef("server", "服务器"), lang.Same(s.Server)},
		{kubeconfigName(), lang.Same(s.Kubeconfig)},
		{lang.Messagef("nodes", "节点"), daemon.NodeNames(s.Nodes)},
		{lang.Messagef("pods", "Pod"), lang.Messagef("simulated, in a separate process", "在一个独立的进程里模拟运行")},
		{lang.Messagef("confined", "隔离"), confined(s)},
		{lang.Messagef("held back", "暂缓启动"), held(s.Held)},
		{lang.Messagef("ingress", "Ingress"), lang.Same(s.Ingress)},
		{lang.Messagef("limits", "限制"), lang.Messagef("memory limits count only the data that programs keep; CPU limits and NetworkPolicies are not enforced", "内存限制只计程序保存的数据；CPU 限制和 NetworkPolicy 不生效")},
		{lang.Messagef("idle stop", "闲置停止"), idleStop(s)},
		{lang.Messagef("process", "进程"), process(s)},
	}
}

// idleStop says when the sandbox stops itself; nothing while it is starting.
func idleStop(s daemon.Status) lang.Message {
	switch {
	case !s.Ready:
		return lang.Message{}
	case s.IdleTimeout() == 0:
		return lang.Messagef("never", "从不")
	}
	return lang.Messagef("after %s without use, no earlier than %s", "%s无人使用后停止，最早在 %s",
		daemon.Span(s.IdleTimeout()), s.LastUse.Add(s.IdleTimeout()).Local().Format(time.DateTime))
}

// process describes the sandbox's process; nothing until it is known.
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

// confined says what keeps pods away from the machine; nothing while the nodes
// start.
func confined(s daemon.Status) lang.Message {
	c := s.Confined
	if c.Memory == 0 {
		return lang.Message{}
	}
	files := lang.Messagef("only the sandbox itself keeps pods away from your files; the system adds no protection", "只有沙箱自己把 Pod 和你的文件隔开，系统没有另加限制")
	if c.Files {
		files = lang.Messagef("the system lets pods open only their own files", "系统只允许 Pod 打开自己的文件")
	}
	net := lang.Message{}
	if c.Net {
		net = lang.Messagef(" and connect to nothing outside the cluster", "，也不能连接集群以外的地址")
	}
	return lang.Messagef("%s%s; all pods together can use %d MiB of memory", "%s%s；所有 Pod 合计最多使用 %d MiB 内存", files, net, c.Memory>>20)
}

// diskFull says that there is no room for changes, and what helps; nothing
// otherwise.
func diskFull(s daemon.Status) lang.Message {
	if !s.DiskFull {
		return lang.Message{}
	}
	return lang.Messagef("full, %d MiB left: the sandbox accepts no changes; free %d MiB and it continues by itself",
		"已满，只剩 %d MiB：沙箱暂不接受修改；再腾出 %d MiB，它就会自动继续", s.DiskFreeBytes>>20, (freespace.ForCluster-s.DiskFreeBytes)>>20+1)
}

// held lists the pods that are held back because they crashed the nodes.
func held(pods []nodehost.HeldPod) lang.Message {
	var out lang.Message
	for _, p := range pods {
		one := lang.Messagef("%s until %s because it crashed the nodes (%s)", "%s，到 %s 为止，因为它导致所有节点崩溃（%s）",
			p.Container, p.Until.Local().Format(time.TimeOnly), p.Why)
		if !out.IsZero() {
			one = lang.Messagef("%s; %s", "%s；%s", out, one)
		}
		out = one
	}
	return out
}
