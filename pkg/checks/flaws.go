package checks

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
)

// flaw is something in a check that no cluster can answer to, whether the check was
// parsed or built in Go.
type flaw struct {
	// key is the key of the probe, or of the check, that has it; "" when it is the
	// check as a whole.
	key, text string
}

// flaws collects what is wrong with one check.
type flaws []flaw

func (f *flaws) add(key, format string, args ...any) {
	*f = append(*f, flaw{key: key, text: fmt.Sprintf(format, args...)})
}

// flaws are what is wrong with a check, its texts apart: expressions and selectors
// are judged where they are compiled.
func (c Check) flaws() []flaw {
	f := &flaws{}
	f.whole(c)
	if p, _ := c.chosen(); p != nil {
		p.flaws(f, c)
	}
	for _, secret := range c.Mask {
		f.name("mask", "Secret", secret)
	}
	return *f
}

// whole says what a check has too much or too little of.
func (f *flaws) whole(c Check) {
	var keys, set []string
	for _, one := range c.slots() {
		keys = append(keys, one.key)
		if one.get() != nil {
			set = append(set, one.key)
		}
	}
	if len(set) == 0 {
		f.add("", "check %q has no probe: add one of %s", c.ID, strings.Join(keys, ", "))
	}
	if len(set) > 1 {
		f.add("", "check %q has %d probes: split it into %[2]d checks", c.ID, len(set))
	}
	if c.Match != nil && !matches(c) {
		f.add("match", "match only works on objects: use cel with this probe")
	}
	asks, is := c.asker()
	if c.For != 0 && is && !asks.changes() {
		f.add("for", "for can't be used with answer: an answer doesn't change")
	}
	if c.Looks != 0 && (!is || !asks.changes()) {
		f.add("looks", "looks only works with http, logs, exec and run: other probes watch the API, so use for")
	}
	if c.For < 0 || c.Looks < 0 {
		f.add("for", "for and looks can't be negative")
	}
}

func matches(c Check) bool {
	_, is := c.probe().(matching)
	return is
}

func (f *flaws) object(kind, name, apiVersion, namespace string) {
	if _, err := schema.ParseGroupVersion(apiVersion); err != nil || strings.HasSuffix(apiVersion, "/") {
		f.add("apiVersion", "apiVersion %q must be a version such as v1, or group/version such as apps/v1", apiVersion)
	}
	if !ofKubernetes(apiVersion) {
		kind = ""
	}
	f.name("name", kind, name)
	f.namespace(namespace)
}

// need reports a probe that lacks one of its keys.
func (f *flaws) need(probe, key, value string) {
	if value == "" {
		f.add(key, "%s needs a %s", probe, key)
	}
}

// oneOf reports ways to name something of which not exactly one is used.
func (f *flaws) oneOf(probe string, ways []string, names string) {
	if len(slices.DeleteFunc(ways, func(way string) bool { return way == "" })) != 1 {
		f.add(probe, "%s needs one of %s", probe, names)
	}
}

func (f *flaws) bounds(probe string, b bounds) {
	if b.count != nil && (b.min != nil || b.max != nil) {
		f.add("count", "%s takes either count, or min and max", probe)
	}
	if b.min != nil && b.max != nil && *b.min > *b.max {
		f.add("min", "min is %d, more than max, %d", *b.min, *b.max)
	}
}

func (f *flaws) namespace(namespace string) {
	f.name("namespace", "Namespace", namespace)
}

func (f *flaws) pods(p PodChoice) {
	f.name("pod", "Pod", p.Pod)
	f.name("deployment", "Deployment", p.Deployment)
	f.name("container", "container", p.Container)
	f.namespace(p.Namespace)
}

// name reports a name that no object of a kind can have; kind is "" where only what
// holds for all kinds is known.
func (f *flaws) name(key, kind, name string) {
	if name == "" {
		return
	}
	rule := ruleOf(kind)
	if rule.allows(name) {
		return
	}
	f.add(key, "%s %q isn't a valid %s name: %s", key, name, cmp.Or(kind, "object"), rule.says)
}

// nameRule is what the API asks of a name.
type nameRule struct {
	allows func(string) bool
	says   string
}

// ruleOf returns the rule for the names of a kind. The API lets most kinds have DNS
// names, some only one label of it, and those of RBAC, as well as kinds that it
// serves for others, whatever can be a part of a path.
func ruleOf(kind string) nameRule {
	switch kind {
	case "Namespace", "Service", "container":
		return nameRule{
			func(s string) bool { return len(validation.IsDNS1123Label(s)) == 0 },
			"use at most 63 lowercase letters, digits and hyphens, starting and ending with a letter or digit",
		}
	case "Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob", "ConfigMap", "Secret",
		"ServiceAccount", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "Ingress", "IngressClass", "NetworkPolicy", "Endpoints",
		"EndpointSlice", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ResourceQuota", "LimitRange", "Lease", "PriorityClass", "Node",
		"CustomResourceDefinition":
		return nameRule{
			func(s string) bool { return len(validation.IsDNS1123Subdomain(s)) == 0 },
			"use lowercase letters, digits, hyphens and dots, starting and ending with a letter or digit",
		}
	}
	return nameRule{
		func(s string) bool { return s != "." && s != ".." && !strings.ContainsAny(s, "/%") },
		"it can't be . or .., or contain / or %",
	}
}

// ofKubernetes reports that Kubernetes itself serves a group and version, or that
// none is named.
func ofKubernetes(apiVersion string) bool {
	group, _, grouped := strings.Cut(apiVersion, "/")
	return !grouped || !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// from reports a number that is out of its bounds. The parser refuses it sooner.
func (f *flaws) from(key string, n, least, most int) {
	if n < least || n > most {
		f.add(key, "%s must be from %d to %d, not %d", key, least, most, n)
	}
}

// port reports what is neither a port's number nor its name. A Service may name its
// ports as DNS does, a container by at most 15 characters.
func (f *flaws) port(p *HTTPProbe) {
	if p.Port == "" {
		return
	}
	if n, err := strconv.Atoi(p.Port); err == nil {
		if n < 1 || n > 65535 || strconv.Itoa(n) != p.Port {
			f.add("port", "port %q must be a number from 1 to 65535, or the name of a port", p.Port)
		}
		return
	}
	named := len(validation.IsValidPortName(p.Port)) == 0
	if p.Service != "" {
		named = len(validation.IsDNS1123Label(p.Port)) == 0
	}
	if !named {
		f.add("port", "port %q must be a number from 1 to 65535, or the name of a port: lowercase letters, digits and hyphens", p.Port)
	}
}

// path reports what could lead to another place than the backend.
func (f *flaws) path(path string) {
	if path == "" {
		return
	}
	at, err := url.Parse(path)
	switch {
	case !strings.HasPrefix(path, "/"), strings.HasPrefix(path, "//"):
		f.add("path", "path %q must start with exactly one slash", path)
	case err != nil:
		f.add("path", "path %q isn't valid: escape special characters, such as a percent sign as %%25", path)
	case at.Fragment != "":
		f.add("path", "path %q contains #, and what follows it is never sent: remove it", path)
	case slices.Contains(strings.Split(at.Path, "/"), ".."):
		f.add("path", "path %q contains ..: write the path it resolves to", path)
	}
}
