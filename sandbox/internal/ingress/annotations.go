package ingress

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
)

// prefix is the prefix of the controller's annotations.
const prefix = "nginx.ingress.kubernetes.io/"

// settings are what the annotations of one Ingress ask for.
type settings struct {
	rewrite  string
	useRegex bool
	// bodySize is the largest body in bytes; 0 for any.
	bodySize int64
	canary   *canary
}

// defaultBodySize is nginx's client_max_body_size.
const defaultBodySize = 1 << 20

// known are the supported annotations, and those that ask for the default
// behavior.
func known(name string) bool {
	return slices.Contains([]string{
		"rewrite-target", "use-regex", "proxy-body-size", "canary", "canary-by-header", "canary-by-header-value", "canary-by-header-pattern",
		"canary-by-cookie", "canary-weight", "canary-weight-total", "ssl-redirect",
	}, name)
}

// read reads the annotations of an Ingress, and reports the unsupported ones.
// Like ingress-nginx, it ignores invalid values.
func read(ing *networkingv1.Ingress) (settings, []string) {
	r := reader{annotations: ing.Annotations}
	s := settings{rewrite: r.text("rewrite-target"), useRegex: r.truth("use-regex"), bodySize: r.size("proxy-body-size", defaultBodySize)}
	c := &canary{
		header: r.text("canary-by-header"), value: r.text("canary-by-header-value"), cookie: r.text("canary-by-cookie"),
		weight: r.number("canary-weight", 0), total: max(100, r.number("canary-weight-total", 100)), pattern: r.expression("canary-by-header-pattern"),
	}
	switch {
	case r.truth("canary"):
		s.canary = c
	case *c != canary{total: c.total}:
		r.note("The canary annotations have no effect without %scanary: \"true\"", prefix)
	}
	for _, key := range slices.Sorted(maps.Keys(ing.Annotations)) {
		name, ours := strings.CutPrefix(key, prefix)
		switch {
		case !ours || known(name):
		case name == "backend-protocol" && strings.EqualFold(ing.Annotations[key], "HTTP"):
		default:
			r.note("The annotation %s is not supported by the sandbox and has no effect", key)
		}
	}
	if len(ing.Spec.TLS) > 0 {
		r.note("spec.tls is not supported by the sandbox and has no effect: it serves HTTP only")
	}
	return s, r.notes
}

// reader reads annotations, and collects warnings about invalid ones.
type reader struct {
	annotations map[string]string
	notes       []string
}

func (r *reader) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

func (r *reader) text(name string) string { return strings.TrimSpace(r.annotations[prefix+name]) }

func (r *reader) truth(name string) bool {
	text := r.text(name)
	b, err := strconv.ParseBool(text)
	if text != "" && err != nil {
		r.note("%s%s: %q is neither \"true\" nor \"false\"", prefix, name, text)
	}
	return b
}

func (r *reader) number(name string, otherwise int) int {
	text := r.text(name)
	n, err := strconv.Atoi(text)
	switch {
	case text == "":
		return otherwise
	case err != nil:
		r.note("%s%s: %q is not a number", prefix, name, text)
		return otherwise
	}
	return n
}

// size reads nginx's sizes: bytes, or with k, m or g.
func (r *reader) size(name string, otherwise int64) int64 {
	text := strings.ToLower(r.text(name))
	shift := map[string]int{"k": 10, "m": 20, "g": 30}[text[max(0, len(text)-1):]]
	n, err := strconv.ParseInt(strings.TrimRight(text, "kmg"), 10, 32)
	switch {
	case text == "":
		return otherwise
	case err != nil || n < 0:
		r.note("%s%s: %q is not a size such as 8m", prefix, name, text)
		return otherwise
	}
	return n << shift
}

func (r *reader) expression(name string) *regexp.Regexp {
	text := r.text(name)
	if text == "" {
		return nil
	}
	e, err := regexp.Compile(text)
	if err != nil {
		r.note("%s%s: the sandbox cannot read the regular expression %q", prefix, name, text)
		return nil
	}
	return e
}
