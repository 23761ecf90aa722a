package nginx

import (
	"strings"
)

// choose returns the server for a port and a host, by nginx's order: exact
// name, longest wildcard in front, longest wildcard behind, first pattern, and
// then the default of the port.
func (c *config) choose(port, host string) *server {
	var fallback, exact, front, behind, pattern *server
	frontLength, behindLength := 0, 0
	for _, s := range c.servers {
		listens, isDefault := s.on(port)
		if !listens {
			continue
		}
		if fallback == nil || isDefault {
			fallback = s
		}
		for _, name := range s.names {
			switch kind, length := name.match(host); {
			case kind == exactName && exact == nil:
				exact = s
			case kind == frontWildcard && length > frontLength:
				front, frontLength = s, length
			case kind == behindWildcard && length > behindLength:
				behind, behindLength = s, length
			case kind == patternName && pattern == nil:
				pattern = s
			}
		}
	}
	for _, s := range []*server{exact, front, behind, pattern} {
		if s != nil {
			return s
		}
	}
	return fallback
}

// on reports whether the server listens on a port, and as its default.
func (s *server) on(port string) (listens, isDefault bool) {
	for _, l := range s.listens {
		if l.port == port {
			listens, isDefault = true, isDefault || l.fallback
		}
	}
	return listens, isDefault
}

type nameKind int

const (
	noName nameKind = iota
	exactName
	frontWildcard
	behindWildcard
	patternName
)

func (n serverName) match(host string) (nameKind, int) {
	switch text := n.text; {
	case n.regexp != nil:
		if n.regexp.MatchString(host) {
			return patternName, 0
		}
	case text == host:
		return exactName, 0
	case strings.HasPrefix(text, "."):
		if host == text[1:] {
			return exactName, 0
		}
		if strings.HasSuffix(host, text) {
			return frontWildcard, len(text)
		}
	case strings.HasPrefix(text, "*."):
		if strings.HasSuffix(host, text[1:]) {
			return frontWildcard, len(text)
		}
	case strings.HasSuffix(text, ".*"):
		if strings.HasPrefix(host, text[:len(text)-1]) {
			return behindWildcard, len(text)
		}
	}
	return noName, 0
}

// find returns the location for a path and the captures of its pattern, by
// nginx's order: exact; the longest prefix when it is marked ^~; the first
// pattern that matches; the longest prefix. Nil when there is none.
func (s *server) find(uri string) (*location, []string) {
	if l := s.exact[uri]; l != nil {
		return l, nil
	}
	var longest *location
	for _, l := range s.prefixes {
		if strings.HasPrefix(uri, l.path) {
			longest = l
			break
		}
	}
	if longest != nil && longest.modifier == "^~" {
		return longest, nil
	}
	for _, l := range s.regexes {
		if captures := l.regexp.FindStringSubmatch(uri); captures != nil {
			return l, captures
		}
	}
	return longest, nil
}

// folder returns the location that hands "PATH/" to an upstream when the
// request is for PATH and no location is for just that: nginx then adds the
// slash by a redirection.
func (s *server) folder(uri string) *location {
	if s.exact[uri] != nil {
		return nil
	}
	var found *location
	for _, l := range s.prefixes {
		switch {
		case l.path == uri:
			return nil
		case l.path == uri+"/" && l.proxy != nil:
			found = l
		}
	}
	return found
}
