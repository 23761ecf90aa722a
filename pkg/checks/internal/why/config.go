package why

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// lack is a ConfigMap or a Secret that a pod needs and that is not there, or, with
// a key, that lacks it.
type lack struct{ kind, name, key string }

// lackOf reads what a pod lacks from what the kubelet says of it.
func lackOf(pod *kube.Object, message string) (lack, bool) {
	for _, kind := range []string{"ConfigMap", "Secret"} {
		if v, ok := words.Fits(strings.ToLower(kind)+` "{}" not found`, message); ok {
			return lack{kind: kind, name: fmt.Sprint(v[0])}, true
		}
		if v, ok := words.Fits("couldn't find key {} in "+kind+" {}/{}", message); ok {
			return lack{kind, fmt.Sprint(v[2]), fmt.Sprint(v[0])}, true
		}
	}
	if v, ok := words.Fits("configmap references non-existent config key: {}", message); ok {
		return lack{"ConfigMap", volumeSource(pod, "configMap", "name", fmt.Sprint(v[0])), fmt.Sprint(v[0])}, true
	}
	if v, ok := words.Fits("references non-existent secret key: {}", message); ok {
		return lack{"Secret", volumeSource(pod, "secret", "secretName", fmt.Sprint(v[0])), fmt.Sprint(v[0])}, true
	}
	return lack{}, false
}

// whyConfig puts into plain words what the kubelet says of a ConfigMap or a Secret
// that a pod needs; the text itself when it is about something else.
func whyConfig(pod *kube.Object, message string, s Surroundings) lang.Message {
	l, ok := lackOf(pod, message)
	switch {
	case !ok:
		return lang.Same(words.Plainly(message))
	case l.key != "":
		return whyNoKey(l.kind, l.name, l.key, s)
	}
	return lang.Messagef("there is no %s%s", "没有 %s%s", kube.Named(l.kind, l.name), nearObject(l.kind, l.name, s))
}

// thereNow explains a pod that lacks something by the last word of the kubelet,
// when that is there by now: the kubelet has yet to look again.
func thereNow(pod *kube.Object, message string, s Surroundings) (lang.Message, bool) {
	l, ok := lackOf(pod, message)
	if !ok {
		return lang.Message{}, false
	}
	return nowHas(l.kind, l.name, l.key, s)
}

// nowHas reports that an object is there, with a key unless that is "".
func nowHas(kind, name, key string, s Surroundings) (lang.Message, bool) {
	for _, o := range s.Around.List(kind) {
		if o.GetName() != name || kube.Deleting(o) {
			continue
		}
		if key == "" {
			return lang.Messagef("%s is there now", "现在已有 %s", kube.NameOf(o)), true
		}
		if kube.At(o.Object, "data", key) != nil || kube.At(o.Object, "binaryData", key) != nil {
			return lang.Messagef("%s has the key %q now", "%s 现在已有键 %q", kube.NameOf(o), key), true
		}
	}
	return lang.Message{}, false
}

// volumeSource is the name of the ConfigMap or Secret of which a pod mounts a key.
func volumeSource(pod *kube.Object, source, name, key string) string {
	for _, volume := range kube.Maps(pod.Object, "spec", "volumes") {
		for _, item := range kube.Maps(volume, source, "items") {
			if kube.Text(item, "key") == key {
				return kube.Text(volume, source, name)
			}
		}
	}
	return "?"
}

// whyNoKey names the keys that there are; those of a ConfigMap only, as a Secret is
// not read.
func whyNoKey(kind, name, key string, s Surroundings) lang.Message {
	why := lang.Messagef("%s has no key %q", "%s 没有键 %q", kube.Named(kind, name), key)
	for _, o := range s.Around.List(kind) {
		data, _ := kube.At(o.Object, "data").(map[string]any)
		if o.GetName() != name || kind == "Secret" || len(data) == 0 || data[key] != nil {
			continue
		}
		keys := slices.Sorted(maps.Keys(data))
		return lang.Messagef("%s; it has %s", "%s，它有 %s", why, words.Shorten(strings.Join(keys, ", "), 120))
	}
	return why
}
