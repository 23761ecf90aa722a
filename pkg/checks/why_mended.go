package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// A container that ended waits for a while before the kubelet starts it again, the
// longer the more often it ended. What was mended in that time has not had its try:
// the container's last words are about a cluster that is no more. The evidence is
// that something it depends on was written, or became ready, after it ended. Each
// try takes the evidence with it, so a crash that nobody mends stays failed.

// startWindow is how long after the back-off the kubelet may take to start a container.
const startWindow = time.Minute

// mended speaks for a container that ended, and that waits for its next try though
// what it depends on has changed.
func mended(pod *object, cs map[string]any, ended any, line string, s surroundings, now time.Time) (finding, bool) {
	end := timeAt(ended, "finishedAt")
	due := end.Add(backOff(cs))
	if end.IsZero() || now.After(due.Add(startWindow)) || textAt(pod.Object, "spec", "restartPolicy") == "Never" {
		return finding{}, false
	}
	what := changedSince(pod, textAt(cs, "name"), line, end, s)
	if what.IsZero() {
		return finding{}, false
	}
	f := ongoing(lang.Messagef("%s ended before %s; %s", "%[2]s之前，%[1]s 已经结束；%[3]s",
		containerOf(pod, textAt(cs, "name")), what, startsIn(pod, due.Sub(now))))
	f.again = nextRound(due, now)
	return f, true
}

// backOff is how long the kubelet waits, by its own words for it.
func backOff(cs map[string]any) time.Duration {
	const most = 10 * time.Minute
	_, rest, _ := strings.Cut(textAt(cs, "state", "waiting", "message"), "back-off ")
	text, _, _ := strings.Cut(rest, " ")
	if d, err := time.ParseDuration(text); err == nil && d > 0 && d < most {
		return d
	}
	return 10 * time.Second
}

// rounded is the step in which the time to the next try is told.
const rounded = 10 * time.Second

func startsIn(pod *object, left time.Duration) lang.Message {
	if left <= 0 {
		return lang.Messagef("it is about to start again", "它即将重新启动")
	}
	seconds := int64((left + rounded - 1).Truncate(rounded) / time.Second)
	why := lang.Messagef("it starts again in about %d s", "大约 %d 秒后重新启动", seconds)
	if seconds <= 20 || len(pod.GetOwnerReferences()) == 0 {
		return why
	}
	return lang.Messagef("%s (at once: kubectl delete pod %s)", "%s（立即重试：kubectl delete pod %s）", why, pod.GetName())
}

// nextRound is when the time to the next try is another number, or the wait is over.
func nextRound(due, now time.Time) time.Time {
	left := due.Sub(now)
	if left <= 0 {
		return due.Add(startWindow).Add(time.Nanosecond)
	}
	return due.Add(-(left - 1).Truncate(rounded))
}

// changedSince says what a container depends on and was changed after a time; zero
// when nothing was. The line is the last that it printed.
func changedSince(pod *object, container, line string, since time.Time, s surroundings) lang.Message {
	configuration := mapsOf(pod, s)
	for _, o := range configuration {
		switch {
		case o.GetCreationTimestamp().After(since):
			return lang.Messagef("%s was created", "%s 创建", namedObject(o))
		case changedAt(o).After(since):
			return lang.Messagef("%s was changed", "%s 修改", namedObject(o))
		}
	}
	words := spokenOf(pod, container, line, configuration)
	for _, svc := range s.around.near("Service") {
		if deleting(svc) || !mentions(words, svc.GetName()) {
			continue
		}
		if what := serviceSince(pod, svc, since, s); !what.IsZero() {
			return what
		}
	}
	return lang.Message{}
}

// serviceSince says what happened to a Service, or to the pods behind it.
func serviceSince(pod, svc *object, since time.Time, s surroundings) lang.Message {
	selector := selectorOf(svc)
	if labels.SelectorFromSet(selector).Matches(labels.Set(pod.GetLabels())) && len(selector) > 0 {
		return lang.Message{}
	}
	switch {
	case svc.GetCreationTimestamp().After(since):
		return lang.Messagef("%s was created", "%s 创建", namedObject(svc))
	case changedAt(svc).After(since):
		return lang.Messagef("%s was changed", "%s 修改", namedObject(svc))
	case len(selector) == 0:
		return lang.Message{}
	}
	var first time.Time
	for _, behind := range selected(selector, s.around.near("Pod")) {
		if at := timeAt(conditionOf(behind, "Ready"), "lastTransitionTime"); podReady(behind) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.After(since) {
		return lang.Messagef("%s had a ready pod", "%s 的 Pod 就绪", namedObject(svc))
	}
	return lang.Message{}
}

// mapsOf are the ConfigMaps that a pod names, for its environment or its volumes,
// and the Secrets where they were read.
func mapsOf(pod *object, s surroundings) []*object {
	names := map[string]bool{}
	note := func(root any, kind, name string, path ...string) {
		names[kind+" "+textAt(at(root, path...), name)] = true
	}
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range mapsAt(pod.Object, "spec", field) {
			for _, e := range mapsAt(c, "env") {
				note(e, "ConfigMap", "name", "valueFrom", "configMapKeyRef")
				note(e, "Secret", "name", "valueFrom", "secretKeyRef")
			}
			for _, e := range mapsAt(c, "envFrom") {
				note(e, "ConfigMap", "name", "configMapRef")
				note(e, "Secret", "name", "secretRef")
			}
		}
	}
	for _, v := range mapsAt(pod.Object, "spec", "volumes") {
		note(v, "ConfigMap", "name", "configMap")
		note(v, "Secret", "secretName", "secret")
		for _, p := range mapsAt(v, "projected", "sources") {
			note(p, "ConfigMap", "name", "configMap")
			note(p, "Secret", "name", "secret")
		}
	}
	var list []*object
	for _, kind := range []string{"ConfigMap", "Secret"} {
		for _, o := range s.around.near(kind) {
			if names[kind+" "+o.GetName()] && !deleting(o) {
				list = append(list, o)
			}
		}
	}
	return list
}

// spokenOf are the texts in which a container may name a Service: what it printed
// last, what it is run with and how it is configured.
func spokenOf(pod *object, container, line string, configuration []*object) []string {
	words := []string{line}
	c := containerSpec(pod, container)
	for _, e := range mapsAt(c, "env") {
		words = append(words, textAt(e, "value"))
	}
	for _, field := range []string{"command", "args"} {
		list, _ := at(c, field).([]any)
		for _, v := range list {
			words = append(words, fmt.Sprint(v))
		}
	}
	for _, o := range configuration {
		if data, _ := at(o.Object, "data").(map[string]any); o.GetKind() == "ConfigMap" {
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
