package ingress

import (
	"net"
	"path"
	"regexp"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
)

// rewritten reports whether the location's rewrite changes anything.
func (l *location) rewritten() bool { return l.rewrite != "" && l.rewrite != l.path }

// compile prepares the regular expressions: any path can become one because of
// another path of its host. It is false if a path that was meant as one is
// invalid.
func (l *location) compile() bool {
	if _, err := regexp.Compile(l.path); err != nil && l.regex {
		return false
	} else if err != nil {
		l.matches, l.rewrites = regexp.MustCompile("(?i)^"+regexp.QuoteMeta(l.path)), nil
		return true
	}
	l.matches, l.rewrites = regexp.MustCompile("(?i)^(?:"+l.path+")"), regexp.MustCompile("(?i)"+l.path)
	return true
}

// finish turns the paths into what ingress-nginx writes to nginx.conf: a prefix
// /a means "= /a" and "/a/", and longer paths come first.
func (s *site) finish() {
	var all []location
	for _, l := range s.locations {
		all = append(all, s.expand(l)...)
	}
	slices.SortStableFunc(all, func(a, b location) int { return strings.Compare(b.path, a.path) })
	slices.SortStableFunc(all, func(a, b location) int { return len(b.path) - len(a.path) })
	s.locations = all
}

func (s *site) expand(l location) []location {
	if l.path == "/" || l.kind != networkingv1.PathTypePrefix || l.regex {
		return []location{l}
	}
	exact, below := l, l
	exact.kind, below.path = networkingv1.PathTypeExact, strings.TrimSuffix(l.path, "/")+"/"
	below.compile()
	if s.has(exact) {
		return []location{below}
	}
	return []location{below, exact}
}

// find returns the location of a path: of regular expressions the first that
// matches, else the exact one before the longest prefix.
func (s *site) find(uri string) (location, bool) {
	if !s.regex {
		for _, l := range s.locations {
			if l.kind == networkingv1.PathTypeExact && l.path == uri {
				return l, true
			}
		}
	}
	for _, l := range s.locations {
		if s.regex && l.matches.MatchString(uri) || !s.regex && l.kind != networkingv1.PathTypeExact && strings.HasPrefix(uri, l.path) {
			return l, true
		}
	}
	return location{}, false
}

// site finds the locations of a host: by its name, else by the longest wildcard
// above it, else those for any host.
func (t *table) siteOf(host string) *site {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if s := t.hosts[host]; s != nil {
		return s
	}
	for rest := host; ; {
		_, above, more := strings.Cut(rest, ".")
		if !more {
			return t.hosts[anyHost]
		}
		if s := t.hosts["*."+above]; s != nil {
			return s
		}
		rest = above
	}
}

// normalize returns the path as nginx sees it, with dots and double slashes
// resolved.
func normalize(uri string) string {
	clean := path.Clean("/" + uri)
	if strings.HasSuffix(uri, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// target is the path and the query that a request gets by the location's
// rewrite, as nginx's "rewrite … break" makes them; false without one.
func (l *location) target(uri, query string) (newURI, newQuery string, ok bool) {
	if !l.rewritten() {
		return "", "", false
	}
	groups := l.rewrites.FindStringSubmatchIndex(uri)
	if groups == nil {
		return "", "", false
	}
	text := string(l.rewrites.ExpandString(nil, template(l.rewrite), uri, groups))
	newURI, newQuery, asks := strings.Cut(text, "?")
	switch {
	case asks && newQuery == "": // a question mark at the end drops the request's own
	case newQuery != "" && query != "":
		newQuery += "&" + query
	case newQuery == "":
		newQuery = query
	}
	if !strings.HasPrefix(newURI, "/") {
		newURI = "/" + newURI
	}
	return newURI, newQuery, true
}

// dollars are nginx's captures, with one digit each, and lookalikes.
var dollars = regexp.MustCompile(`\$\d?`)

// template turns nginx's $1 into Go's ${1}; another $ is itself.
func template(rewrite string) string {
	return dollars.ReplaceAllStringFunc(rewrite, func(s string) string {
		if len(s) == 1 {
			return "$$"
		}
		return "${" + s[1:] + "}"
	})
}
