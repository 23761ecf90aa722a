package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// whyConfig puts into plain words what the kubelet says of a ConfigMap or a Secret
// that a pod needs; the text itself when it speaks of something else.
func whyConfig(pod *object, message string, s sight) lang.Message {
	for _, kind := range []string{"ConfigMap", "Secret"} {
		if v, ok := fits(strings.ToLower(kind)+` "{}" not found`, message); ok {
			name := fmt.Sprint(v[0])
			return lang.Messagef("there is no %s%s", "没有 %s%s", named(kind, name), nearObject(kind, name, s))
		}
		if v, ok := fits("couldn't find key {} in "+kind+" {}/{}", message); ok {
			return whyNoKey(kind, fmt.Sprint(v[2]), fmt.Sprint(v[0]), s)
		}
	}
	if v, ok := fits("configmap references non-existent config key: {}", message); ok {
		return whyNoKey("ConfigMap", volumeSource(pod, "configMap", "name", fmt.Sprint(v[0])), fmt.Sprint(v[0]), s)
	}
	if v, ok := fits("references non-existent secret key: {}", message); ok {
		return whyNoKey("Secret", volumeSource(pod, "secret", "secretName", fmt.Sprint(v[0])), fmt.Sprint(v[0]), s)
	}
	return lang.Same(told(message))
}

// volumeSource is the name of the ConfigMap or Secret of which a pod mounts a key.
func volumeSource(pod *object, source, name, key string) string {
	for _, volume := range mapsAt(pod.Object, "spec", "volumes") {
		for _, item := range mapsAt(volume, source, "items") {
			if textAt(item, "key") == key {
				return textAt(volume, source, name)
			}
		}
	}
	return "?"
}

// whyNoKey names the keys that there are; those of a ConfigMap only, as a Secret is
// not read.
func whyNoKey(kind, name, key string, s sight) lang.Message {
	why := lang.Messagef("%s has no key %q", "%s 没有键 %q", named(kind, name), key)
	for _, o := range s.near(kind) {
		data, _ := at(o.Object, "data").(map[string]any)
		if o.GetName() != name || kind == "Secret" || len(data) == 0 {
			continue
		}
		keys := slices.Sorted(maps.Keys(data))
		return lang.Messagef("%s, it has %s", "%s，它有 %s", why, shorten(strings.Join(keys, ", "), 120))
	}
	return why
}
