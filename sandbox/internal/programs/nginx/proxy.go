package nginx

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// proxy hands the request to the upstream, to one server after the other
// until one answers, over a connection of its own each time.
func (x *exchange) proxy() next {
	s := x.loc.settings
	if x.r.ContentLength != 0 {
		x.w.goOn(0)
	}
	body, err := x.nginx.p.ReadAll(limited(x.r.Body, s.maxBody), x.nginx.bodies.Load())
	x.nginx.bodies.Add(int64(len(body)))
	defer x.nginx.bodies.Add(-int64(len(body)))
	if errors.Is(err, errLarge) {
		x.nginx.errorf(x, "client intended to send too large chunked body: %d+ bytes", s.maxBody)
		return next{status: http.StatusRequestEntityTooLarge}
	} else if err != nil {
		return next{status: http.StatusBadRequest}
	}
	request := x.upstreamRequest(body)
	status, tried := http.StatusBadGateway, map[*peer]bool{}
	for p := x.loc.proxy.upstream.next(tried); p != nil; p = x.loc.proxy.upstream.next(tried) {
		tried[p] = true
		fault := x.try(p, request)
		if x.intercepted != 0 {
			status := x.intercepted
			x.intercepted = 0
			return next{status: status}
		}
		if fault == nil {
			return next{done: true}
		}
		x.nginx.errorf(x, "%s", fault.text)
		x.upstreamStatus = strconv.Itoa(fault.status)
		if status = fault.status; x.r.Context().Err() != nil {
			return next{done: x.builtin(statusGone)}
		}
	}
	if len(tried) == 0 {
		x.nginx.errorf(x, "no live upstreams while connecting to upstream")
	}
	return next{status: status}
}

// statusGone is what nginx logs for a client that went away.
const statusGone = 499

// errLarge is a body of more than client_max_body_size.
var errLarge = errors.New("body is too large")

func limited(body io.Reader, limit int64) io.Reader {
	if limit == 0 {
		return body
	}
	return io.MultiReader(io.LimitReader(body, limit), &full{body})
}

// full returns an error for reads beyond a limit.
type full struct{ body io.Reader }

func (f *full) Read(p []byte) (int, error) {
	n, err := f.body.Read(p[:1])
	if n > 0 {
		return 0, errLarge
	}
	return 0, err
}

// proxyFault is why an upstream did not answer.
type proxyFault struct {
	status int
	text   string
}

// try sends the request to one server and its answer back.
func (x *exchange) try(p *peer, request []byte) *proxyFault {
	s := x.loc.settings
	x.upstreamAddr = p.address
	ctx, cancel := context.WithTimeout(x.r.Context(), s.connectTimeout)
	conn, err := x.nginx.p.Net.Dial(ctx, "tcp", p.address)
	cancel()
	if err != nil {
		return x.fault(err, "connect() failed", "connecting to upstream")
	}
	defer func() { _ = conn.Close() }() // what it said was read to its end
	defer context.AfterFunc(x.r.Context(), func() { _ = conn.Close() })()
	if err := conn.SetWriteDeadline(time.Now().Add(s.sendTimeout)); err != nil {
		return x.fault(err, "send() failed", "sending request to upstream")
	}
	if _, err := conn.Write(request); err != nil && !errors.Is(err, net.ErrClosed) {
		return x.fault(err, "send() failed", "sending request to upstream")
	}
	stream := bufio.NewReader(&patient{conn, s.readTimeout})
	raw, err := readHead(stream)
	if err != nil {
		return x.fault(err, "recv() failed", "reading response header from upstream")
	}
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(raw), stream)), x.r)
	if err != nil {
		return x.fault(err, "recv() failed", "reading response header from upstream")
	}
	defer func() { _ = response.Body.Close() }()
	x.pass(response, raw)
	return nil
}

// readHead reads a response's head as it was sent.
func readHead(r *bufio.Reader) (string, error) {
	var head strings.Builder
	for {
		line, err := readLine(r, mostHeaders)
		if err != nil {
			return "", err
		}
		if head.Len() == 0 && !strings.HasPrefix(line, "HTTP/1.") {
			return "", errNoHead
		}
		head.WriteString(line + "\r\n")
		if line == "" {
			return head.String(), nil
		}
		if head.Len() > mostHeaders {
			return "", errNoHead
		}
	}
}

var errNoHead = errors.New("malformed HTTP response")

// patient applies a timeout to each read, not to all of them together.
type patient struct {
	net.Conn
	timeout time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// fault returns what went wrong, in nginx's words.
func (x *exchange) fault(err error, call, during string) *proxyFault {
	wait, timed := errors.AsType[net.Error](err)
	switch {
	case timed && wait.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return &proxyFault{http.StatusGatewayTimeout, "upstream timed out (110: Operation timed out) while " + during}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &proxyFault{http.StatusBadGateway, "upstream prematurely closed connection while " + during}
	case strings.Contains(err.Error(), "malformed HTTP"):
		return &proxyFault{http.StatusBadGateway, "upstream sent invalid header while " + during}
	}
	return &proxyFault{http.StatusBadGateway, call + " (" + errno(err) + ") while " + during}
}

// pass sends the upstream's answer to the client. Raw is its head.
func (x *exchange) pass(response *http.Response, raw string) {
	w, s := x.w, x.loc.settings
	x.upstreamStatus, x.upstreamHeader = strconv.Itoa(response.StatusCode), response.Header
	if s.intercept && response.StatusCode >= 300 && slices.ContainsFunc(s.errorPages, func(p errorPage) bool { return slices.Contains(p.codes, response.StatusCode) }) {
		x.intercepted = response.StatusCode
		return
	}
	lines := strings.Split(strings.TrimSpace(raw), "\r\n")
	_, w.reason, _ = strings.Cut(lines[0], " ")
	if x.override != 0 {
		w.reason = ""
	}
	hidden := []string{"connection", "keep-alive", "transfer-encoding", "server", "date", "x-pad", "upgrade", "trailer", "content-length", "content-type"}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if lower := strings.ToLower(name); slices.Contains(hidden, lower) || strings.HasPrefix(lower, "x-accel-") || slices.Contains(s.hide, lower) {
			continue
		}
		w.add(name, strings.TrimSpace(value))
	}
	w.contentType = response.Header.Get("Content-Type")
	w.length = response.ContentLength
	if target := response.Header.Get("Location"); target != "" {
		// Where a rule changes it, it has a place of its own.
		if rewritten := x.rewriteTarget(target); rewritten != target {
			w.replace("Location", "")
			w.link = rewritten
		}
	}
	x.head(response.StatusCode)
	if err := x.relay(response.Body); err != nil && w.failed == nil {
		if x.r.Context().Err() == nil {
			x.nginx.errorf(x, "upstream prematurely closed connection while reading upstream")
		}
		w.failed = err
	}
}

// relay copies a body as it comes.
func (x *exchange) relay(body io.Reader) error {
	buffer := make([]byte, 8<<10)
	for {
		n, err := body.Read(buffer)
		if _, bad := x.w.Write(buffer[:n]); bad != nil {
			return bad
		}
		if n > 0 {
			x.w.Flush()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rewriteTarget rewrites the address of a redirect by proxy_redirect.
func (x *exchange) rewriteTarget(target string) string {
	s, p := x.loc.settings, x.loc.proxy
	rules := s.redirects
	if len(rules) == 0 && !s.redirectOff {
		rules = []redirect{{"http://" + p.host + "/", "/"}}
		if p.hasURI {
			rules = []redirect{{"http://" + p.host + p.uri, x.loc.path}}
		}
	}
	for _, rule := range rules {
		rest, ok := strings.CutPrefix(target, rule.from)
		if !ok {
			continue
		}
		if target = rule.to + rest; strings.HasPrefix(target, "/") {
			host := x.host()
			if x.port != "80" {
				host += ":" + x.port
			}
			target = "http://" + host + target
		}
		return target
	}
	return target
}

// upstreamRequest writes the request as the upstream gets it.
func (x *exchange) upstreamRequest(body []byte) []byte {
	var out bytes.Buffer
	out.WriteString(x.r.Method + " " + x.upstreamURI() + " HTTP/" + x.loc.settings.proxyVersion + "\r\n")
	// nginx's own come after those of the configuration; an empty value takes a
	// header away.
	own := []header{{name: "Host", value: template{{variable: "proxy_host"}}}, {name: "Connection", value: template{{literal: "close"}}}}
	set := map[string]bool{"Te": true, "Keep-Alive": true, "Expect": true, "Upgrade": true, "Transfer-Encoding": true, "Content-Length": true}
	for _, h := range x.loc.settings.proxyHeaders {
		own = slices.DeleteFunc(own, func(o header) bool { return strings.EqualFold(o.name, h.name) })
	}
	for _, h := range append(slices.Clone(x.loc.settings.proxyHeaders), own...) {
		set[canonical(h.name)] = true
		if value := x.text(h.value); value != "" {
			out.WriteString(h.name + ": " + value + "\r\n")
		}
	}
	if len(body) > 0 || x.r.ContentLength == 0 && x.r.Header.Get("Content-Length") != "" {
		out.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	for _, f := range x.fields {
		if !set[canonical(f.name)] {
			out.WriteString(f.name + ": " + f.value + "\r\n")
		}
	}
	out.WriteString("\r\n")
	out.Write(body)
	return out.Bytes()
}

// upstreamURI puts the URI of proxy_pass instead of the location's path.
// Without one the request goes on as it came, unless rules changed it.
func (x *exchange) upstreamURI() string {
	p := x.loc.proxy
	switch {
	case p.hasURI && x.located:
		return p.uri + escaped(strings.TrimPrefix(x.uri, x.loc.path)) + x.query()
	case !x.rewritten && strings.HasPrefix(x.r.RequestURI, "/"):
		return x.r.RequestURI
	}
	return escaped(x.uri) + x.query()
}
