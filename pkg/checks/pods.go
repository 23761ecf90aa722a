package checks

import (
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// PodChoice names the pods of which a probe asks one. Exactly one of Pod,
// Deployment and Selector is set.
type PodChoice struct {
	Pod, Deployment string
	// Selector is a label selector as kubectl's -l takes it.
	Selector  string
	Namespace string
	// Container is "" for the one that kubectl would choose.
	Container string

	selector labels.Selector
}

func (p PodChoice) subject() subject {
	switch {
	case p.Pod != "":
		return subject{kind: "Pod", apiVersion: "v1", name: p.Pod, namespace: p.Namespace}
	case p.Deployment != "":
		return subject{kind: "Deployment", apiVersion: "apps/v1", name: p.Deployment, namespace: p.Namespace}
	}
	return subject{kind: "Pod", apiVersion: "v1", namespace: p.Namespace, selector: selectorOr(p.selector, p.Selector)}
}

// selectorOr makes what Parse did not: a probe may be written in Go.
func selectorOr(made labels.Selector, text string) labels.Selector {
	if made != nil {
		return made
	}
	if s, err := labels.Parse(text); err == nil {
		return s
	}
	return labels.Nothing()
}

func (p PodChoice) explaining() []explainingKind { return explainingOf(p.subject().kind) }

// pods are those that may be asked, in the order of their names.
func (p PodChoice) pods(s sight) []*object {
	switch {
	case s.object == nil:
		return s.objects
	case p.Deployment == "":
		return []*object{s.object}
	}
	if s.around == nil {
		return nil
	}
	return podsOf(s.object, s.around)
}

// choose takes, of the pods whose container can be asked, the first that is ready,
// else the first; nil when there is none.
func (p PodChoice) choose(s sight, askable func(pod *object, container string) bool) *object {
	var second *object
	for _, pod := range p.pods(s) {
		if pod.GetDeletionTimestamp() != nil || !askable(pod, p.container(pod)) {
			continue
		}
		if textAt(conditionOf(pod, "Ready"), "status") == "True" {
			return pod
		}
		if second == nil {
			second = pod
		}
	}
	return second
}

// container is the one that is asked, by kubectl's own rule when none is named.
func (p PodChoice) container(pod *object) string {
	if p.Container != "" {
		return p.Container
	}
	if name := pod.GetAnnotations()["kubectl.kubernetes.io/default-container"]; name != "" {
		return name
	}
	for _, c := range mapsAt(pod.Object, "spec", "containers") {
		return textAt(c, "name")
	}
	return ""
}

// runs reports that a container is running.
func runs(pod *object, container string) bool {
	return at(containerStatus(pod, container), "state", "running") != nil
}

// ran reports that a container is running or has been.
func ran(pod *object, container string) bool {
	cs := containerStatus(pod, container)
	return at(cs, "state", "running") != nil || at(cs, "state", "terminated") != nil || at(cs, "lastState", "terminated") != nil
}

// ranBefore reports that a container has ended and was started again.
func ranBefore(pod *object, container string) bool {
	return at(containerStatus(pod, container), "lastState", "terminated") != nil
}

func containerStatus(pod *object, container string) map[string]any {
	for _, field := range []string{"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"} {
		for _, cs := range mapsAt(pod.Object, "status", field) {
			if textAt(cs, "name") == container {
				return cs
			}
		}
	}
	return nil
}

// place names the pods in a sentence.
func (p PodChoice) place() lang.Message {
	switch {
	case p.Pod != "":
		return lang.Same(named("Pod", p.Pod))
	case p.Deployment != "":
		return lang.Messagef("the pods of %s", "%s 的 Pod", named("Deployment", p.Deployment))
	}
	return lang.Messagef("the pods with labels %s", "标签为 %s 的 Pod", p.Selector)
}

// whyNoContainer names the containers that the pods have instead; zero when they
// have the wanted one.
func (p PodChoice) whyNoContainer(s sight) lang.Message {
	pods := p.pods(s)
	if len(pods) == 0 {
		return lang.Message{}
	}
	pod := pods[0]
	name := p.container(pod)
	if containerSpec(pod, name) != nil || containerStatus(pod, name) != nil {
		return lang.Message{}
	}
	var names []string
	for _, c := range mapsAt(pod.Object, "spec", "containers") {
		names = append(names, textAt(c, "name"))
	}
	return lang.Messagef("%s has no container %s, it has %s", "%s 没有容器 %s，它有 %s", namedObject(pod), name, strings.Join(names, ", "))
}
