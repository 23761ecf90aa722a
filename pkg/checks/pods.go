package checks

import (
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
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

func (p PodChoice) explaining() []why.Need { return why.Needs(p.subject().kind) }

// pods are those that may be asked, in the order of their names.
func (p PodChoice) pods(s observation) []*kube.Object {
	switch {
	case s.object == nil:
		return s.objects
	case p.Deployment == "":
		return []*kube.Object{s.object}
	}
	if s.Around == nil {
		return nil
	}
	return kube.PodsOf(s.object, s.Around)
}

// choose takes, of the pods whose container can be asked, the first that is ready,
// else the first; nil when there is none.
func (p PodChoice) choose(s observation, askable func(pod *kube.Object, container string) bool) *kube.Object {
	var second *kube.Object
	for _, pod := range p.pods(s) {
		if pod.GetDeletionTimestamp() != nil || !askable(pod, p.container(pod)) {
			continue
		}
		if kube.Text(kube.Condition(pod, "Ready"), "status") == "True" {
			return pod
		}
		if second == nil {
			second = pod
		}
	}
	return second
}

// container is the one that is asked, by kubectl's own rule when none is named.
func (p PodChoice) container(pod *kube.Object) string {
	if p.Container != "" {
		return p.Container
	}
	if name := pod.GetAnnotations()["kubectl.kubernetes.io/default-container"]; name != "" {
		return name
	}
	for _, c := range kube.Maps(pod.Object, "spec", "containers") {
		return kube.Text(c, "name")
	}
	return ""
}

// place names the pods in a sentence.
func (p PodChoice) place() lang.Message {
	switch {
	case p.Pod != "":
		return lang.Same(kube.Named("Pod", p.Pod))
	case p.Deployment != "":
		return lang.Messagef("the pods of %s", "%s 的 Pod", kube.Named("Deployment", p.Deployment))
	}
	return lang.Messagef("the pods with labels %s", "标签为 %s 的 Pod", p.Selector)
}

// whyNoContainer names the containers that the pods have instead; zero when they
// have the wanted one.
func (p PodChoice) whyNoContainer(s observation) lang.Message {
	pods := p.pods(s)
	if len(pods) == 0 {
		return lang.Message{}
	}
	pod := pods[0]
	name := p.container(pod)
	if kube.Container(pod, name) != nil || kube.ContainerStatus(pod, name) != nil {
		return lang.Message{}
	}
	var names []string
	for _, c := range kube.Maps(pod.Object, "spec", "containers") {
		names = append(names, kube.Text(c, "name"))
	}
	return lang.Messagef("%s has no container %s; it has %s", "%s 没有容器 %s，它有 %s", kube.NameOf(pod), name, strings.Join(names, ", "))
}

func (p *PodChoice) complete() (err error) {
	p.selector, err = parseSelector(p.Selector)
	return err
}

func (p PodChoice) deciding(Check) []string { return p.decisive() }

// decisive are the kinds without which nobody knows whom to ask.
func (p PodChoice) decisive() []string {
	if p.Deployment == "" {
		return nil
	}
	return []string{"ReplicaSet", "Pod"}
}

func (p PodChoice) key() string {
	return identityOf(p.Namespace, p.Pod+"|"+p.Deployment+"|"+p.Selector, p.Container)
}
