package ingress

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
)

// table decides where requests go. It is built from all Ingresses at once.
type table struct {
	hosts map[string]*site
	// canaries are the canary backends, by their main backends.
	canaries map[backend]alternative
	// notes are warnings for the owners of Ingresses.
	notes map[types.UID][]string
}

// anyHost is the site for hosts without their own.
const anyHost = ""

// site is one host's locations, in matching order.
type site struct {
	locations []location
	// regex says that all paths are regular expressions: one use-regex or
	// rewrite-target makes them so for the whole host.
	regex bool
}

// backend is a port of a service. The zero backend is the controller's own,
// which answers 404.
type backend struct{ namespace, service, port string }

type alternative struct {
	backend
	*canary
}

// location is one path of a host.
type location struct {
	path    string
	kind    networkingv1.PathType
	to      backend
	rewrite string
	// regex says that the path itself is meant as a regular expression.
	regex bool
	// matches is the path as a regular expression, from the beginning; rewrites
	// the one that a rewrite searches for.
	matches, rewrites *regexp.Regexp
	bodySize          int64
}

// validPath matches what ingress-nginx accepts as a path that is not a regular
// expression (its strict-validate-path-type).
var validPath = regexp.MustCompile(`^/[[:alnum:]._\-/]*$`)

// build builds the table. When two Ingresses claim the same path, the older one
// wins.
func build(ingresses []*networkingv1.Ingress) *table {
	ingresses = slices.SortedFunc(slices.Values(ingresses), func(a, b *networkingv1.Ingress) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	t := &table{hosts: map[string]*site{anyHost: {}}, canaries: map[backend]alternative{}, notes: map[types.UID][]string{}}
	var beside []*networkingv1.Ingress
	for _, ing := range ingresses {
		s, notes := read(ing)
		t.notes[ing.UID] = notes
		if bad := invalidPath(ing); bad != "" {
			t.note(ing, "Ingress contains invalid paths: %s; ignoring the Ingress (ingress-nginx would have rejected it)", bad)
			continue
		}
		if s.canary != nil {
			beside = append(beside, ing)
			continue
		}
		t.add(ing, s)
	}
	for _, ing := range beside {
		t.addCanary(ing)
	}
	for _, s := range t.hosts {
		s.finish()
	}
	return t
}

func (t *table) note(ing *networkingv1.Ingress, format string, args ...any) {
	t.notes[ing.UID] = append(t.notes[ing.UID], fmt.Sprintf(format, args...))
}

func invalidPath(ing *networkingv1.Ingress) string {
	for path := range paths(ing) {
		kind := *path.PathType
		if kind != networkingv1.PathTypeImplementationSpecific && path.Path != "" && !validPath.MatchString(path.Path) {
			return fmt.Sprintf("path %s cannot be used with pathType %s", path.Path, kind)
		}
	}
	return ""
}

// paths are the paths of all rules, with their hosts.
func paths(ing *networkingv1.Ingress) func(func(networkingv1.HTTPIngressPath, string) bool) {
	return func(yield func(networkingv1.HTTPIngressPath, string) bool) {
		for _, rule := range ing.Spec.Rules {
			if rule.HTTP == nil {
				continue
			}
			for _, path := range rule.HTTP.Paths {
				if path.Path == "" {
					path.Path = "/"
				}
				if path.PathType == nil {
					kind := networkingv1.PathTypeImplementationSpecific
					path.PathType = &kind
				}
				if path.Backend.Service != nil && !yield(path, strings.ToLower(rule.Host)) {
					return
				}
			}
		}
	}
}

// backendOf returns the backend that an Ingress names.
func backendOf(ing *networkingv1.Ingress, b *networkingv1.IngressBackend) backend {
	if b == nil || b.Service == nil {
		return backend{}
	}
	port := b.Service.Port.Name
	if port == "" {
		port = strconv.Itoa(int(b.Service.Port.Number))
	}
	return backend{ing.Namespace, b.Service.Name, port}
}

func (t *table) site(host string) *site {
	if t.hosts[host] == nil {
		t.hosts[host] = &site{}
	}
	return t.hosts[host]
}

func (t *table) add(ing *networkingv1.Ingress, s settings) {
	for path, host := range paths(ing) {
		one := location{path: path.Path, kind: *path.PathType, to: backendOf(ing, &path.Backend), rewrite: s.rewrite, bodySize: s.bodySize}
		one.regex = s.useRegex || one.rewritten()
		t.site(host).regex = t.site(host).regex || one.regex
		if !one.compile() {
			t.note(ing, "The sandbox cannot read the path %s as a regular expression and ignores it", path.Path)
			continue
		}
		if t.site(host).has(one) {
			t.note(ing, "Host %q and path %q is already defined in an older Ingress, which keeps it", host, path.Path)
			continue
		}
		t.site(host).locations = append(t.site(host).locations, one)
	}
	// The Ingress' own default serves the rest of its hosts; without rules, the
	// rest of all others.
	if ing.Spec.DefaultBackend == nil {
		return
	}
	rest := location{path: "/", kind: networkingv1.PathTypePrefix, to: backendOf(ing, ing.Spec.DefaultBackend), bodySize: s.bodySize}
	hosts := map[string]bool{}
	for _, rule := range ing.Spec.Rules {
		hosts[strings.ToLower(rule.Host)] = true
		rest.rewrite = s.rewrite // Without rules ingress-nginx ignores it.
	}
	if len(hosts) == 0 {
		hosts[anyHost] = true
	}
	for host := range hosts {
		if !t.site(host).has(rest) && rest.compile() {
			t.site(host).locations = append(t.site(host).locations, rest)
		}
	}
}

func (s *site) has(l location) bool {
	return slices.ContainsFunc(s.locations, func(o location) bool { return o.path == l.path && o.kind == l.kind })
}

// addCanary adds the backends of a canary to those of another Ingress with the
// same host and path. They then take their share wherever that backend is used.
// The first canary of a backend is the only one.
func (t *table) addCanary(ing *networkingv1.Ingress) {
	s, _ := read(ing)
	for path, host := range paths(ing) {
		found := false
		for _, l := range t.site(host).locations {
			if l.path != path.Path || l.kind != *path.PathType {
				continue
			}
			found = true
			if other := backendOf(ing, &path.Backend); other != l.to && t.canaries[l.to].canary == nil {
				t.canaries[l.to] = alternative{other, s.canary}
			}
		}
		if !found {
			t.note(ing, "No other Ingress has the host %q and the path %q with the path type %s: the canary has no effect", host, path.Path, *path.PathType)
		}
	}
}
