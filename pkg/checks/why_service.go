package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// serviceObstacle is what keeps requests to a Service from reaching a program.
func serviceObstacle(svc *object, port string, s surroundings, now time.Time) (finding, bool) {
	chosen := servicePort(svc, port)
	if chosen == nil && servicePorts(svc) == "" {
		return blocked(lang.Messagef("%s has no port %s, it has no ports at all", "%s 没有端口 %s，它一个端口也没有", namedObject(svc), port)), true
	}
	if chosen == nil {
		return blocked(lang.Messagef("%s has no port %s, it has %s", "%s 没有端口 %s，它有 %s",
			namedObject(svc), port, servicePorts(svc))), true
	}
	selector := selectorOf(svc)
	if len(selector) == 0 || s.around == nil {
		return finding{}, false
	}
	pods := selected(selector, s.around.near("Pod"))
	if !slices.ContainsFunc(pods, func(p *object) bool { return !deleting(p) }) {
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

// podsObstacle speaks for the pods behind a Service while they are not all ready.
func podsObstacle(svc *object, pods []*object, s surroundings, now time.Time) (finding, bool) {
	ready, wait, none := 0, finding{}, true
	for _, pod := range pods {
		if podReady(pod) {
			ready++
			continue
		}
		if deleting(pod) {
			continue
		}
		f, found := podObstacle(pod, s, now)
		if found && f.state == Blocked {
			f = aged(f, pod, s, now)
		}
		if found && f.state == Blocked {
			return f, true
		}
		if found && none {
			wait, none = f, false
		}
	}
	if ready == len(pods) {
		return finding{}, false
	}
	if none {
		wait = ongoing(lang.Messagef("%d of %d pods behind %s are ready", "%[3]s 后面的 %[2]d 个 Pod 中有 %[1]d 个就绪",
			ready, len(pods), namedObject(svc)))
	}
	return wait, true
}

func podReady(pod *object) bool {
	return pod.GetDeletionTimestamp() == nil && textAt(conditionOf(pod, "Ready"), "status") == "True"
}

// targetObstacle speaks for a port name that no container has.
func targetObstacle(svc *object, port map[string]any, pods []*object) (finding, bool) {
	name, isName := at(port, "targetPort").(string)
	if _, err := strconv.Atoi(name); !isName || err == nil {
		return finding{}, false
	}
	for _, pod := range pods {
		for _, p := range containerPorts(pod) {
			if textAt(p, "name") == name {
				return finding{}, false
			}
		}
	}
	ports := portsText(pods[0])
	if ports == "" {
		return blocked(lang.Messagef("%s sends to port %q, but the containers of its pods declare no ports",
			"%s 转发到端口 %q，但它的 Pod 的容器没有声明端口", namedObject(svc), name)), true
	}
	return blocked(lang.Messagef("%s sends to port %q, but no container of its pods has a port with that name (they declare %s)",
		"%s 转发到端口 %q，但它的 Pod 的容器没有这个名字的端口（声明的是 %s）", namedObject(svc), name, ports)), true
}

// makersObstacle speaks for the workloads whose pods a Service selects, while there
// are none of them.
func makersObstacle(svc *object, selector map[string]string, s surroundings, now time.Time) (finding, bool) {
	match := labels.SelectorFromSet(selector)
	for _, maker := range makers(match.Matches, s.around) {
		if maker.GetKind() != "DaemonSet" && wantedReplicas(maker) == 0 {
			kind := strings.ToLower(maker.GetKind())
			why := lang.Messagef("%s selects no pods: %s is scaled to 0 (kubectl scale %s %s --replicas=1)",
				"%s 没有选中任何 Pod：%s 的副本数是 0（kubectl scale %s %s --replicas=1）", namedObject(svc), namedObject(maker), kind, maker.GetName())
			return settledAfter(why, now, svc), true
		}
		if f := progress(maker, s, now); f.state != Settled && !f.reason.IsZero() {
			return f, true
		}
	}
	return finding{}, false
}

// makers are the workloads whose pods have labels that match.
func makers(matches func(labels.Labels) bool, in *around) []*object {
	var list []*object
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"} {
		for _, o := range in.near(kind) {
			template, _ := at(o.Object, "spec", "template", "metadata", "labels").(map[string]any)
			if matches(labelsOf(template)) && len(o.GetOwnerReferences()) == 0 {
				list = append(list, o)
			}
		}
	}
	return list
}

// whyNoPod says which label keeps a Service from the nearest pod.
func whyNoPod(svc *object, selector map[string]string, s surroundings) lang.Message {
	base := lang.Messagef("%s selects no pods: none has the labels %s", "%s 没有选中任何 Pod：没有 Pod 带有标签 %s",
		namedObject(svc), labels.Set(selector).String())
	for _, pod := range s.around.near("Pod") {
		key, value, one := oneLabelOff(selector, pod.GetLabels())
		if !one || len(selector) == 1 && !related(svc, selector[key], value, pod) {
			continue
		}
		if value == "" {
			return lang.Messagef("%s selects no pods: it asks for %s=%s, but %s has no label %[2]s",
				"%s 没有选中任何 Pod：它要求 %s=%s，而 %s 没有标签 %[2]s", namedObject(svc), key, selector[key], namedObject(pod))
		}
		return lang.Messagef("%s selects no pods: it asks for %s=%s, but %s has %s=%s",
			"%s 没有选中任何 Pod：它要求 %s=%s，而 %s 的是 %s=%s",
			namedObject(svc), key, selector[key], namedObject(pod), key, value)
	}
	return base
}

// related reports that a pod is likely the one that a Service of a single label
// means: its label's value or its name is near.
func related(svc *object, wanted, value string, pod *object) bool {
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

func selectorOf(svc *object) map[string]string {
	m, _ := at(svc.Object, "spec", "selector").(map[string]any)
	return labelsOf(m)
}

func labelsOf(m map[string]any) labels.Set {
	set := make(labels.Set, len(m))
	for k, v := range m {
		set[k] = fmt.Sprint(v)
	}
	return set
}

func selected(selector map[string]string, pods []*object) []*object {
	match := labels.SelectorFromSet(selector)
	var of []*object
	for _, pod := range pods {
		if match.Matches(labels.Set(pod.GetLabels())) {
			of = append(of, pod)
		}
	}
	sortByName(of)
	return of
}
