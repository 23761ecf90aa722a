package why

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// A container that ended waits for a while before the kubelet starts it again, the
// longer the more often it ended. What was fixed in that time has not had its try:
// the container's last words are about a cluster that is no more. The evidence is
// that something it depends on was written, or became ready, after it ended. Each
// try takes the evidence with it, so a crash that nobody fixes stays failed.

// fixedSince explains a container that ended, and that waits for its next try though
// what it depends on has changed.
func fixedSince(pod *kube.Object, cs map[string]any, ended any, line string, s Surroundings, now time.Time) (Finding, bool) {
	end := kube.Time(ended, "finishedAt")
	due := end.Add(backOff(cs))
	if end.IsZero() || now.After(due.Add(timing.StartWindow)) || kube.Text(pod.Object, "spec", "restartPolicy") == "Never" {
		return Finding{}, false
	}
	what := changedSince(pod, kube.Text(cs, "name"), line, end, s)
	if what.IsZero() {
		return Finding{}, false
	}
	f := ongoing(lang.Messagef("%s ended before %s; %s", "%[2]s之前，%[1]s 已经结束；%[3]s",
		containerOf(pod, kube.Text(cs, "name")), what, startsIn(pod, due.Sub(now))))
	f.Again = nextRound(due, now)
	return f, true
}

// backOff is how long the kubelet waits, by its own words for it.
func backOff(cs map[string]any) time.Duration {
	_, rest, _ := strings.Cut(kube.Text(cs, "state", "waiting", "message"), "back-off ")
	text, _, _ := strings.Cut(rest, " ")
	if d, err := time.ParseDuration(text); err == nil && d > 0 && d < timing.LongestBackOff {
		return d
	}
	return timing.FirstBackOff
}

func startsIn(pod *kube.Object, left time.Duration) lang.Message {
	if left <= 0 {
		return lang.Messagef("it's about to restart", "它即将重新启动")
	}
	seconds := int64((left + timing.Countdown - 1).Truncate(timing.Countdown) / time.Second)
	why := lang.Messagef("it restarts in about %d s", "大约 %d 秒后重新启动", seconds)
	if seconds <= 20 || len(pod.GetOwnerReferences()) == 0 {
		return why
	}
	return lang.Messagef("%s (to retry now: kubectl delete pod %s)", "%s（立即重试：kubectl delete pod %s）", why, pod.GetName())
}

// nextRound is when the time to the next try is another number, or the wait is over.
func nextRound(due, now time.Time) time.Time {
	left := due.Sub(now)
	if left <= 0 {
		return due.Add(timing.StartWindow).Add(time.Nanosecond)
	}
	return due.Add(-(left - 1).Truncate(timing.Countdown))
}

// changedSince says what a container depends on and was changed after a time; zero
// when nothing was. The line is the last that it printed.
func changedSince(pod *kube.Object, container, line string, since time.Time, s Surroundings) lang.Message {
	configuration := mapsOf(pod, s)
	for _, o := range configuration {
		switch {
		case o.GetCreationTimestamp().After(since):
			return lang.Messagef("%s was created", "%s 创建", kube.NameOf(o))
		case kube.Changed(o).After(since):
			return lang.Messagef("%s was changed", "%s 修改", kube.NameOf(o))
		}
	}
	words := spokenOf(pod, container, line, configuration)
	for _, svc := range s.Around.List("Service") {
		if kube.Deleting(svc) || !mentions(words, svc.GetName()) {
			continue
		}
		if what := serviceSince(pod, svc, since, s); !what.IsZero() {
			return what
		}
	}
	return lang.Message{}
}

// serviceSince says what happened to a Service, or to the pods behind it.
func serviceSince(pod, svc *kube.Object, since time.Time, s Surroundings) lang.Message {
	selector := kube.Selector(svc)
	if labels.SelectorFromSet(selector).Matches(labels.Set(pod.GetLabels())) && len(selector) > 0 {
		return lang.Message{}
	}
	switch {
	case svc.GetCreationTimestamp().After(since):
		return lang.Messagef("%s was created", "%s 创建", kube.NameOf(svc))
	case kube.Changed(svc).After(since):
		return lang.Messagef("%s was changed", "%s 修改", kube.NameOf(svc))
	case len(selector) == 0:
		return lang.Message{}
	}
	var first time.Time
	for _, behind := range kube.Selected(selector, s.Around.List("Pod")) {
		if at := kube.Time(kube.Condition(behind, "Ready"), "lastTransitionTime"); kube.Ready(behind) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.After(since) {
		return lang.Messagef("%s had a ready pod", "%s 的 Pod 就绪", kube.NameOf(svc))
	}
	return lang.Message{}
}

// mapsOf are the ConfigMaps that a pod names, for its environment or its volumes,
// and the Secrets where they were read.
func mapsOf(pod *kube.Object, s Surroundings) []*kube.Object {
	names := map[string]bool{}
	note := func(root any, kind, name string, path ...string) {
		names[kind+" "+kube.Text(kube.At(root, path...), name)] = true
	}
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range kube.Maps(pod.Object, "spec", field) {
			for _, e := range kube.Maps(c, "env") {
				note(e, "ConfigMap", "name", "valueFrom", "configMapKeyRef")
				note(e, "Secret", "name", "valueFrom", "secretKeyRef")
			}
			for _, e := range kube.Maps(c, "envFrom") {
				note(e, "ConfigMap", "name", "configMapRef")
				note(e, "Secret", "name", "secretRef")
			}
		}
	}
	for _, v := range kube.Maps(pod.Object, "spec", "volumes") {
		note(v, "ConfigMap", "name", "configMap")
		note(v, "Secret", "secretName", "secret")
		for _, p := range kube.Maps(v, "projected", "sources") {
			note(p, "ConfigMap", "name", "configMap")
			note(p, "Secret", "name", "secret")
		}
	}
	var list []*kube.Object
	for _, kind := range []string{"ConfigMap", "Secret"} {
		for _, o := range s.Around.List(kind) {
			if names[kind+" "+o.GetName()] && !kube.Deleting(o) {
				list = append(list, o)
			}
		}
	}
	return list
}

// spokenOf are the texts in which a container may name a Service: what it printed
// last, what it is run with and how it is configured.
func spokenOf(pod *kube.Object, container, line string, configuration []*kube.Object) []string {
	words := []string{line}
	c := kube.Container(pod, container)
	for _, e := range kube.Maps(c, "env") {
		words = append(words, kube.Text(e, "value"))
	}
	for _, field := range []string{"command", "args"} {
		list, _ := kube.At(c, field).([]any)
		for _, v := range list {
			words = append(words, fmt.Sprint(v))
		}
	}
	for _, o := range configuration {
		if data, _ := kube.At(o.Object, "data").(map[string]any); o.GetKind() == "ConfigMap" {
			for _, key := range slices.Sorted(maps.Keys(data)) {
				words = append(words, fmt.Sprint(data[key]))
			}
		}
	}
	return words
}

// mentions reports that a text has a name as a word of its own.
func mentions(texts []string, name string) bool {
	inName := func(b byte) bool {
		return b == '-' || b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
	}
	for _, text := range texts {
		for from := 0; ; {
			i := strings.Index(text[from:], name)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(name)
			if (start == 0 || !inName(text[start-1])) && (end == len(text) || !inName(text[end])) {
				return true
			}
			from = end
		}
	}
	return false
}
