package fetch

import (
	"errors"
	"strconv"
	"strings"
)

// target is an address parsed as curl does, with its original path.
type target struct {
	scheme, user, host, port, path string // The path has its query.
	given                          bool   // The port was written.
}

var errURL = errors.New("Malformed input to a URL function") //nolint:staticcheck // curl's own words

// parseTarget reads [SCHEME://][USER[:PASSWORD]@]HOST[:PORT][/PATH][?QUERY][#FRAGMENT].
// With asIs its path keeps its dots.
func parseTarget(text string, asIs bool) (target, error) {
	text, _, _ = strings.Cut(text, "#")
	t, err := parseRaw(text)
	if err == nil && strings.ContainsAny(t.path, " \r\n\t") {
		err = errURL
	}
	if !asIs && err == nil {
		t.path = undot(t.path)
	}
	return t, err
}

// parseRaw reads an address whose path is sent as it is.
func parseRaw(text string) (target, error) {
	t := target{scheme: "http"}
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		t.scheme, text = strings.ToLower(scheme), rest
	}
	end := strings.IndexAny(text, "/?")
	if end < 0 {
		end = len(text)
	}
	authority, path := text[:end], text[end:]
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		t.user, authority = authority[:at], authority[at+1:]
	}
	t.host, t.port = authority, map[string]string{"http": "80", "https": "443"}[t.scheme]
	if colon := strings.LastIndex(authority, ":"); colon >= 0 && !strings.HasSuffix(authority, "]") {
		t.host = authority[:colon]
		if port := authority[colon+1:]; port != "" {
			t.port, t.given = port, true
			if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 && port != "0" {
				return t, errors.New("Port number was not a decimal number between 0 and 65535") //nolint:staticcheck // curl's own words
			}
		}
	}
	t.host = strings.Trim(t.host, "[]")
	switch {
	case t.host == "":
		return t, errors.New("No host part in the URL") //nolint:staticcheck // curl's own words
	case strings.ContainsAny(t.host, " \t\r\n<>{}|\\^`\"%"):
		return t, errors.New("Bad hostname") //nolint:staticcheck // curl's own words
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	t.path = path
	return t, nil
}

// undot removes "." and ".." from a path (RFC 3986, 5.2.4).
func undot(path string) string {
	path, query, asked := strings.Cut(path, "?")
	var out []string
	parts := strings.Split(path[1:], "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch part {
		case ".", "..":
			if part == ".." && len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, part)
		}
	}
	path = "/" + strings.Join(out, "/")
	if asked {
		path += "?" + query
	}
	return path
}

// authority is the host as the Host header names it.
func (t target) authority() string {
	host := t.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if t.port == map[string]string{"http": "80", "https": "443"}[t.scheme] {
		return host
	}
	return host + ":" + t.port
}

// String is the address as %{url_effective} shows it.
func (t target) String() string {
	host := t.host
	if t.given {
		host += ":" + t.port
	}
	user := ""
	if t.user != "" {
		user = t.user + "@"
	}
	return t.scheme + "://" + user + host + t.path
}

// follow is the target of a redirect.
func (t target) follow(location string, asIs bool) (target, error) {
	location = strings.ReplaceAll(strings.TrimSpace(location), " ", "%20")
	switch {
	case strings.Contains(location, "://"):
		return parseTarget(location, asIs)
	case strings.HasPrefix(location, "//"):
		return parseTarget(t.scheme+":"+location, asIs)
	}
	base := t
	path, _, _ := strings.Cut(t.path, "?")
	switch {
	case strings.HasPrefix(location, "/"):
		path = location
	case strings.HasPrefix(location, "?"):
		path += location
	default:
		path = path[:strings.LastIndex(path, "/")+1] + location
	}
	base.user = t.user
	if base.path, _, _ = strings.Cut(path, "#"); !asIs {
		base.path = undot(base.path)
	}
	return base, nil
}
