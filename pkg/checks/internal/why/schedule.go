package why

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// unschedulable explains a pod that no node takes.
func unschedulable(pod *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	c := kube.Condition(pod, "PodScheduled")
	if kube.Text(c, "status") == "False" && kube.Text(c, "reason") == "SchedulingGated" {
		var gates []string
		for _, gate := range kube.Maps(pod.Object, "spec", "schedulingGates") {
			gates = append(gates, kube.Text(gate, "name"))
		}
		return ongoing(lang.Messagef("%s gets no node before its scheduling gates are removed: %s", "%s 要等调度门控移除后才会分配节点：%s",
			kube.NameOf(pod), strings.Join(gates, ", "))), true
	}
	if kube.Text(c, "status") != "False" || kube.Text(c, "reason") != "Unschedulable" {
		return Finding{}, false
	}
	if why, mended := claimThere(pod, kube.Text(c, "message"), s); mended {
		return ongoing(why), true
	}
	why, claim := whyClaim(pod, kube.Text(c, "message"), s)
	if !claim {
		why = words.Because(lang.Messagef("no node can run %s", "没有节点能运行 %s", kube.NameOf(pod)), whyNoNode(pod, kube.Text(c, "message")))
	}
	f := blocked(why)
	if until := pod.GetCreationTimestamp().Add(timing.ScheduleWindow); now.Before(until) {
		f.State, f.Again = Ongoing, until
	}
	return f, true
}

// whyNoNode puts the scheduler's counts into plain words. It writes
// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. …".
func whyNoNode(pod *kube.Object, message string) lang.Message {
	counts, known := words.Fits("0/{} nodes are available: {}", message)
	if !known {
		return lang.Same(words.Shorten(words.OneLine(message), 200))
	}
	all, list := fmt.Sprint(counts[0]), fmt.Sprint(counts[1])
	for _, tail := range []string{". preemption:", " preemption:", ". no new claims", " no new claims", ". not found", ". "} {
		list, _, _ = strings.Cut(list, tail)
	}
	var parts []lang.Message
	for item := range strings.SplitSeq(strings.TrimSuffix(list, "."), ", ") {
		n, reason, cut := strings.Cut(item, " ")
		if !cut || strings.Trim(n, "0123456789") != "" {
			parts = append(parts, lang.Same(item))
			continue
		}
		parts = append(parts, lang.Messagef("%s of %s: %s", "%[2]s中有 %[1]s 个：%[3]s", n, nodes(all), whyNotNode(pod, reason)))
	}
	return words.Join(parts)
}

func nodes(n string) lang.Message {
	if n == "1" {
		return lang.Messagef("1 node", "1 个节点")
	}
	return lang.Messagef("%s nodes", "%s 个节点", n)
}

func whyNotNode(pod *kube.Object, reason string) lang.Message {
	if name, scarce := strings.CutPrefix(reason, "Insufficient "); scarce {
		if sum := requested(pod, name); sum != "0" {
			return lang.Messagef("not enough free %s: the pod requests %s", "空闲的 %s 不够，Pod 要求 %s", name, sum)
		}
		return lang.Messagef("not enough free %s", "空闲的 %s 不够", name)
	}
	if reason == "node(s) didn't match Pod's node affinity/selector" {
		return lang.Messagef("it lacks the labels that the pod requires%s", "缺少 Pod 要求的标签%s", words.InBrackets(nodeSelector(pod)))
	}
	return words.Translate(reason, schedulePhrases())
}

// schedulePhrases are the reasons of the scheduler's plugins,
// k8s.io/kubernetes/pkg/scheduler/framework/plugins.
func schedulePhrases() []words.Phrase {
	return []words.Phrase{
		{"Too many pods", "no room for another pod", "Pod 数量已到上限"},
		{"node(s) had untolerated taint {{}: }", "the pod doesn't tolerate its taint (%s)", "Pod 没有容忍它的污点（%s）"},
		{"node(s) had untolerated taint {{}}", "the pod doesn't tolerate its taint (%s)", "Pod 没有容忍它的污点（%s）"},
		{"node(s) had untolerated taint(s)", "the pod doesn't tolerate its taints", "Pod 没有容忍它的污点"},
		{"node(s) were unschedulable", "it's cordoned (run kubectl uncordon to allow new pods)", "不接受新的 Pod（可用 kubectl uncordon 恢复）"},
		{"node(s) didn't have free ports for the requested pod ports", "the hostPort is already in use", "hostPort 已被占用"},
		{"node(s) didn't match the requested node name", "it isn't the node that nodeName asks for", "不是 nodeName 要求的节点"},
		{"node(s) didn't match pod affinity rules", "it doesn't run the pods that this one must run next to", "没有这个 Pod 要求相邻的 Pod"},
		{"node(s) didn't match pod anti-affinity rules", "it runs a pod that this one must not run next to", "已有这个 Pod 不能相邻的 Pod"},
		{"node(s) didn't satisfy existing pods anti-affinity rules", "it runs a pod that doesn't allow this one next to it", "已有的 Pod 不允许这样的 Pod 相邻"},
		{"node(s) didn't match pod topology spread constraints", "the pods would be spread too unevenly", "Pod 的分布会过于不均"},
		{"node(s) didn't find available persistent volumes to bind", "no volume matches the claim", "没有符合要求的卷"},
		{"node(s) exceed max volume count", "no room for another volume", "挂载的卷已到上限"},
	}
}

// requested is how much of a resource the containers of a pod ask for in all.
func requested(pod *kube.Object, name string) string {
	var sum resource.Quantity
	for _, c := range kube.Maps(pod.Object, "spec", "containers") {
		for _, field := range []string{"requests", "limits"} {
			v := kube.At(c, "resources", field, name)
			if q, err := resource.ParseQuantity(fmt.Sprint(v)); v != nil && err == nil {
				sum.Add(q)
				break
			}
		}
	}
	return sum.String()
}

func nodeSelector(pod *kube.Object) string {
	m, _ := kube.At(pod.Object, "spec", "nodeSelector").(map[string]any)
	var list []string
	for k, v := range m {
		list = append(list, fmt.Sprintf("%s=%v", k, v))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
