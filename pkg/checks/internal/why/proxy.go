package why

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// upstreamOf finds where a configuration of nginx forwards to.
var upstreamOf = regexp.MustCompile(`(?:^|[\s{;])(?:proxy_pass\s+https?://|server\s+)([a-z0-9][-a-z0-9.]*)(?::(\d+))?[/;\s]`)

// Behind follows an nginx that answers 502 or 504 through its ConfigMap to the
// Service that it forwards to, and says what is wrong there; zero when that cannot
// be known.
func Behind(s Surroundings, pods []*kube.Object, now time.Time) lang.Message {
	for _, conf := range mountedMaps(pods, s) {
		data, _ := kube.At(conf.Object, "data").(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(data)) {
			file, _ := data[key].(string)
			for _, m := range upstreamOf.FindAllStringSubmatch(file, -1) {
				if why := whyUpstreamOf(conf, m[1], m[2], s, now); !why.IsZero() {
					return why
				}
			}
		}
	}
	return lang.Message{}
}

func whyUpstreamOf(conf *kube.Object, host, port string, s Surroundings, now time.Time) lang.Message {
	name, _, _ := strings.Cut(host, ".")
	if port == "" {
		port = "80"
	}
	for _, svc := range s.Around.List("Service") {
		if svc.GetName() != name {
			continue
		}
		to := lang.Messagef("it forwards to %s:%s (%s)", "它转发到 %s:%s（%s）", host, port, kube.NameOf(conf))
		if f, found := Service(svc, port, s, now); found {
			return words.Because(to, f.Reason)
		}
		return to
	}
	return lang.Message{}
}

// mountedMaps are the ConfigMaps that the pods mount.
func mountedMaps(pods []*kube.Object, s Surroundings) []*kube.Object {
	names := map[string]bool{}
	for _, pod := range pods {
		for _, v := range kube.Maps(pod.Object, "spec", "volumes") {
			names[kube.Text(v, "configMap", "name")] = true
		}
	}
	var list []*kube.Object
	for _, o := range s.Around.List("ConfigMap") {
		if names[o.GetName()] {
			list = append(list, o)
		}
	}
	return list
}
