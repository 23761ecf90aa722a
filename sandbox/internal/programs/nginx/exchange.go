package nginx

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
)

// exchange is one request on its way through the phases, with its response.
type exchange struct {
	nginx  *instance
	config *config
	server *server
	loc    *location
	// port is the one that the request came in by, as it was listened on.
	port   string
	w      *response
	fields []field // The request's headers as they came.
	r      *http.Request
	start  time.Time
	serial int64
	// turn is which request of its connection it is, length how long.
	turn   int
	length int64
	// uri is the decoded path that rules change; rewritten says that they did.
	uri, args string
	rewritten bool
	// located says that the path is the one that the location was found by.
	located  bool
	set      map[string]string
	captures []string
	// override replaces the status of what is sent: the page of an error.
	override  int
	errorSeen bool
	status    int
	sent      int64
	// What the last upstream was and said.
	upstreamAddr, upstreamStatus string
	upstreamHeader               http.Header
	intercepted                  int
}

// client parts the peer's address.
func (x *exchange) client() (host, port string) {
	host, port, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil {
		return x.r.RemoteAddr, ""
	}
	return host, port
}

// host is $host: the request's own, else the server's name.
func (x *exchange) host() string {
	host := strings.ToLower(x.r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "" {
		return x.server.name()
	}
	return host
}

// text fills a template in.
func (x *exchange) text(t template) string { return t.text(x.value, x.captures) }

// value returns a variable; what is not set is empty.
func (x *exchange) value(name string) string {
	if value, ok := x.set[name]; ok {
		return value
	}
	if variable, ok := x.nginx.variables[name]; ok {
		return variable(x)
	}
	if key, ok := strings.CutPrefix(name, "http_"); ok {
		return strings.Join(x.r.Header.Values(dashes(key)), ", ")
	}
	if key, ok := strings.CutPrefix(name, "sent_http_"); ok {
		return x.w.get(dashes(key))
	}
	if key, ok := strings.CutPrefix(name, "upstream_http_"); ok {
		return x.upstreamHeader.Get(dashes(key))
	}
	if key, ok := strings.CutPrefix(name, "cookie_"); ok {
		if cookie, err := x.r.Cookie(key); err == nil {
			return cookie.Value
		}
	}
	if key, ok := strings.CutPrefix(name, "arg_"); ok {
		for pair := range strings.SplitSeq(x.args, "&") {
			if have, value, _ := strings.Cut(pair, "="); strings.EqualFold(have, key) {
				return value
			}
		}
	}
	return ""
}

// remember sets the variables that a pattern names.
func (x *exchange) remember(pattern *regexp.Regexp, found []string) {
	for i, name := range pattern.SubexpNames() {
		if name != "" && i < len(found) {
			x.set[name] = found[i]
		}
	}
}

func dashes(name string) string { return strings.ReplaceAll(name, "_", "-") }

// read sets the decoded path and the arguments. It fails if the path is
// malformed or leaves the root.
func (x *exchange) read() error {
	raw := x.r.RequestURI
	if rest, ok := strings.CutPrefix(raw, "http://"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		raw = "/" + rest
	}
	raw, x.args, _ = strings.Cut(raw, "?")
	decoded, err := url.PathUnescape(raw)
	if err != nil || !strings.HasPrefix(decoded, "/") || strings.ContainsRune(decoded, 0) {
		return fmt.Errorf("invalid URI %q", raw)
	}
	x.uri, err = normal(decoded)
	return err
}

// normal merges slashes and resolves dots. The slash at the end stays.
func normal(uri string) (string, error) {
	depth := 0
	for segment := range strings.SplitSeq(uri, "/") {
		switch segment {
		case "", ".":
		case "..":
			depth--
		default:
			depth++
		}
		if depth < 0 {
			return "", fmt.Errorf("invalid URI %q", uri)
		}
	}
	clean := path.Clean(uri)
	last := uri[strings.LastIndex(uri, "/")+1:]
	if clean != "/" && (last == "" || last == "." || last == "..") {
		clean += "/"
	}
	return clean, nil
}

// escaped writes a decoded path for a request line.
func escaped(uri string) string { return (&url.URL{Path: uri}).EscapedPath() }

// exchange prepares the handling of a request.
func (n *instance) exchange(r *http.Request, fields []field, port string, out *bufio.Writer) *exchange {
	a := n.active.Load()
	x := &exchange{nginx: n, config: a.config, port: port, r: r, fields: fields, start: n.now().UTC(), serial: n.serial.Add(1), set: map[string]string{}}
	x.w = &response{x: x, out: out, length: -1}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	x.server = a.config.choose(port, strings.ToLower(host))
	for _, name := range x.server.names {
		if name.regexp != nil {
			x.remember(name.regexp, name.regexp.FindStringSubmatch(strings.ToLower(host)))
		}
	}
	x.loc = x.server.level
	return x
}

// serve answers, with the status of a fault that was found while reading, and
// writes the access log. It reports whether the connection may go on.
func (x *exchange) serve(fault error) bool {
	logs := x.nginx.active.Load().logs
	bad, _ := errors.AsType[*badRequestError](fault)
	switch {
	case bad != nil:
		x.r.Close = true
		x.refuse(bad)
	case fault != nil:
		x.refuse(&badRequestError{status: http.StatusRequestTimeout})
	default:
		x.handle()
	}
	x.w.finish()
	for _, access := range x.loc.settings.accessLogs {
		logs.line(access.path, x.accessLine(access.format))
	}
	return !x.r.Close
}

// refuse answers a request that could not be read.
func (x *exchange) refuse(bad *badRequestError) {
	step := next{status: bad.status}
	if bad.status == http.StatusRequestTimeout {
		x.status = bad.status
		return
	}
	for range maxCycles {
		if step.status == 0 {
			break
		}
		step = next{done: x.builtin(step.status)}
	}
}
