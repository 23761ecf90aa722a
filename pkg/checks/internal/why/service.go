package why

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// Service is what keeps requests to a Service from reaching a program.
func Service(svc *kube.Object, port string, s Surroundings, now time.Time) (Finding, bool) {
	if kube.Text(svc.Object, "spec", "type") == "ExternalName" {
		return blocked(lang.Messagef("%s leads to no pods: with type ExternalName it's only another name for %s in the cluster's DNS",
			"%s 不通向任何 Pod：类型是 ExternalName，它只是 %s 在集群 DNS 里的另一个名字",
			kube.NameOf(svc), kube.Text(svc.Object, "spec", "externalName"))), true
	}
	chosen := kube.ServicePort(svc, port)
	if chosen == nil && kube.ServicePorts(svc) == "" {
		return blocked(lang.Messagef("%s has no port %s; it has no ports at all", "%s 没有端口 %s，它一个端口也没有", kube.NameOf(svc), port)), true
	}
	if chosen == nil {
		return blocked(lang.Messagef("%s has no port %s; it has %s", "%s 没有端口 %s，它有 %s",
			kube.NameOf(svc), port, kube.ServicePorts(svc))), true
	}
	selector := kube.Selector(svc)
	if s.Around == nil {
		return Finding{}, false
	}
	if len(selector) == 0 {
		return unselected(svc, s, now)
	}
	pods := kube.Selected(selector, s.Around.List("Pod"))
	if !slices.ContainsFunc(pods, func(p *kube.Object) bool { return !kube.Deleting(p) }) {
		if f, found := makersObstacle(svc, selector, s, now); found {
			return f, true
		}
	}
	if len(pods) == 0 {
		return settledAfter(whyNoPod(svc, selector, s), now, svc), true
	}
	if f, found := podsObstacle(svc, pods, s, now); found {
		return f, true
	}
	return targetObstacle(svc, chosen, pods)
}

// unselected explains a Service that selects no pods by design, while nobody has
// written addresses for it.
func unselected(svc *kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	for _, slice := range s.Around.List("EndpointSlice") {
		if slice.GetLabels()["kubernetes.io/service-name"] == svc.GetName() && len(kube.Maps(slice.Object, "endpoints")) > 0 {
			return Finding{}, false
		}
	}
	why := lang.Messagef("%s has no selector, and no EndpointSlice lists addresses for it", "%s 没有选择算符，也没有 EndpointSlice 为它列出地址", kube.NameOf(svc))
	return settledAfter(why, now, svc), true
}

// podsObstacle explains the pods behind a Service while they are not all ready.
func podsObstacle(svc *kube.Object, pods []*kube.Object, s Surroundings, now time.Time) (Finding, bool) {
	ready, wait, none := 0, Finding{}, true
	for _, pod := range pods {
		if kube.Ready(pod) {
			ready++
			continue
		}
		if kube.Deleting(pod) {
			continue
		}
		f, found := podObstacle(pod, s, now)
		if found && f.State == Blocked {
			f = aged(f, pod, s, now)
		}
		if found && f.State == Blocked {
			return f, true
		}
		if found && none {
			wait, none = f, false
		}
	}
	if ready == len(pods) {
		return Finding{}, false
	}
	if none {
		wait = ongoing(lang.Messagef("%d of %d pods behind %s are ready", "%[3]s 后面的 %[2]d 个 Pod 中有 %[1]d 个就绪",
			ready, len(pods), kube.NameOf(svc)))
	}
	return wait, true
}

// targetObstacle explains a port name that no container has.
func targetObstacle(svc *kube.Object, port map[string]any, pods []*kube.Object) (Finding, bool) {
	name, isName := kube.At(port, "targetPort").(string)
	if _, err := strconv.Atoi(name); !isName || err == nil {
		return Finding{}, false
	}
	for _, pod := range pods {
		for _, p := range kube.ContainerPorts(pod) {
			if kube.Text(p, "name") == name {
				return Finding{}, false
			}
		}
	}
	ports := kube.PodPorts(pods[0])
	if ports == "" {
		return blocked(lang.Messagef("%s sends to port %q, but the containers of its pods declare no ports",
			"%s 转发到端口 %q，但它的 Pod 的容器没有声明端口", kube.NameOf(svc), name)), true
	}
	return blocked(lang.Messagef("%s sends to port %q, but no container of its pods has a port with that name (they declare %s)",
		"%s 转发到端口 %q，但它的 Pod 的容器没有这个名字的端口（声明的是 %s）", kube.NameOf(svc), name, ports)), true
}

// makersObstacle explains the workloads whose pods a Service selects, while there
// are none of them.
func makersObstacle(svc *kube.Object, selector map[string]string, s Surroundings, now time.Time) (Finding, bool) {
	match := labels.SelectorFromSet(selector)
	for _, maker := range kube.Makers(match.Matches, s.Around) {
		if maker.GetKind() != "DaemonSet" && kube.WantedReplicas(maker) == 0 {
			kind := strings.ToLower(maker.GetKind())
			why := lang.Messagef("%s selects no pods: %s is scaled to 0 (kubectl scale %s %s --replicas=1)",
				"%s 没有选中任何 Pod：%s 的副本数是 0（kubectl scale %s %s --replicas=1）", kube.NameOf(svc), kube.NameOf(maker), kind, maker.GetName())
			return settledAfter(why, now, svc), true
		}
		if f := Progress(maker, s, now); f.State != Settled && !f.Reason.IsZero() {
			return f, true
		}
	}
	return Finding{}, false
}

// whyNoPod says which label keeps a Service from the nearest pod.
func whyNoPod(svc *kube.Object, selector map[string]string, s Surroundings) lang.Message {
	base := lang.Messagef("%s selects no pods: no pod has the labels %s", "%s 没有选中任何 Pod：没有 Pod 带有标签 %s",
		kube.NameOf(svc), labels.Set(selector).String())
	for _, pod := range s.Around.List("Pod") {
		key, value, one := oneLabelOff(selector, pod.GetLabels())
		if !one || len(selector) == 1 && !related(svc, selector[key], value, pod) {
			continue
		}
		if value == "" {
			return lang.Messagef("%s selects no pods: it selects %s=%s, but %s has no label %[2]s",
				"%s 没有选中任何 Pod：它要求 %s=%s，而 %s 没有标签 %[2]s", kube.NameOf(svc), key, selector[key], kube.NameOf(pod))
		}
		return lang.Messagef("%s selects no pods: it selects %s=%s, but %s has %s=%s",
			"%s 没有选中任何 Pod：它要求 %s=%s，而 %s 的是 %s=%s",
			kube.NameOf(svc), key, selector[key], kube.NameOf(pod), key, value)
	}
	return base
}

// related reports that a pod is likely the one that a Service of a single label
// means: its label's value or its name is near.
func related(svc *kube.Object, wanted, value string, pod *kube.Object) bool {
	if value != "" && nearest.Name(wanted, []string{value}) != "" {
		return true
	}
	return strings.HasPrefix(pod.GetName(), svc.GetName()+"-") || strings.HasPrefix(pod.GetName(), wanted+"-")
}

// oneLabelOff finds the only label in which a pod differs from a selector.
func oneLabelOff(selector, have map[string]string) (key, value string, one bool) {
	off := 0
	for k, v := range selector {
		if have[k] != v {
			off++
			key, value = k, have[k]
		}
	}
	return key, value, off == 1
}

// NothingListens names the port that nothing listens on and those that are declared. The
// Service is nil where a pod was asked by itself.
func NothingListens(svc *kube.Object, port string, pods []*kube.Object) lang.Message {
	target := port
	if svc != nil {
		if t := kube.At(kube.ServicePort(svc, port), "targetPort"); t != nil {
			target = fmt.Sprint(t)
		}
	}
	if len(pods) == 0 {
		return lang.Messagef("nothing listens on port %s", "没有程序监听端口 %s", target)
	}
	ports := kube.ContainerPorts(pods[0])
	if len(ports) == 0 {
		return lang.Messagef("nothing listens on port %s of %s; its containers declare no ports",
			"%[2]s 的端口 %[1]s 没有程序监听；它的容器没有声明端口", target, kube.NameOf(pods[0]))
	}
	why := lang.Messagef("nothing listens on port %s of %s; its containers declare %s",
		"%[2]s 的端口 %[1]s 没有程序监听；它的容器声明的端口是 %[3]s", target, kube.NameOf(pods[0]), kube.PodPorts(pods[0]))
	if svc != nil && len(ports) == 1 {
		if only := words.Plain(ports[0]["containerPort"]); only != target {
			return words.And(why, lang.Messagef("the targetPort of %s should be %s", "%s 的 targetPort 应为 %s", kube.NameOf(svc), only))
		}
	}
	return why
}
