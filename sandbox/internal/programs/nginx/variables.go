package nginx

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// variables are those with a name of their own; others go by a prefix.
func variables() map[string]func(*exchange) string {
	v := map[string]func(*exchange) string{
		"host":                      (*exchange).host,
		"remote_addr":               func(x *exchange) string { host, _ := x.client(); return host },
		"remote_port":               func(x *exchange) string { _, port := x.client(); return port },
		"remote_user":               func(x *exchange) string { user, _, _ := x.r.BasicAuth(); return user },
		"proxy_add_x_forwarded_for": forwardedFor,
		"scheme":                    func(*exchange) string { return "http" },
		"https":                     func(*exchange) string { return "" },
		"request_uri":               func(x *exchange) string { return x.r.RequestURI },
		"uri":                       func(x *exchange) string { return x.uri },
		"document_uri":              func(x *exchange) string { return x.uri },
		"args":                      func(x *exchange) string { return x.args },
		"query_string":              func(x *exchange) string { return x.args },
		"is_args":                   func(x *exchange) string { return strings.Repeat("?", min(1, len(x.args))) },
		"server_name":               func(x *exchange) string { return x.server.name() },
		"server_port":               func(x *exchange) string { return x.port },
		"server_addr":               func(x *exchange) string { return x.nginx.p.Net.IP() },
		"server_protocol":           func(x *exchange) string { return x.r.Proto },
		"hostname":                  func(x *exchange) string { return x.nginx.p.Hostname },
		"request":                   requestLine,
		"request_method":            func(x *exchange) string { return x.r.Method },
		"request_filename":          func(x *exchange) string { return x.file(x.uri) },
		"document_root":             func(x *exchange) string { return x.root() },
		"realpath_root":             func(x *exchange) string { return x.root() },
		"content_type":              func(x *exchange) string { return x.r.Header.Get("Content-Type") },
		"content_length":            func(x *exchange) string { return x.r.Header.Get("Content-Length") },
		"connection":                func(x *exchange) string { return strconv.FormatInt(x.serial, 10) },
		"connection_requests":       func(x *exchange) string { return strconv.Itoa(x.turn) },
		"request_length":            func(x *exchange) string { return strconv.FormatInt(x.length, 10) },
		"nginx_version":             func(x *exchange) string { return x.nginx.version },
		"pid":                       func(*exchange) string { return strconv.Itoa(workerPID) },
	}
	logVariables(v)
	proxyVariables(v)
	return v
}

// logVariables are those that mean something once the response is made.
func logVariables(v map[string]func(*exchange) string) {
	v["status"] = func(x *exchange) string { return fmt.Sprintf("%03d", x.status) }
	v["body_bytes_sent"] = func(x *exchange) string { return strconv.FormatInt(x.sent, 10) }
	v["bytes_sent"] = v["body_bytes_sent"]
	v["request_time"] = func(x *exchange) string { return fmt.Sprintf("%.3f", time.Since(x.start).Seconds()) }
	v["time_local"] = func(x *exchange) string { return x.start.Format("02/Jan/2006:15:04:05 -0700") }
	v["time_iso8601"] = func(x *exchange) string { return x.start.Format("2006-01-02T15:04:05-07:00") }
	v["msec"] = func(x *exchange) string { return fmt.Sprintf("%.3f", float64(x.start.UnixMilli())/1000) }
}

func proxyVariables(v map[string]func(*exchange) string) {
	v["proxy_host"] = func(x *exchange) string {
		if x.loc == nil || x.loc.proxy == nil {
			return ""
		}
		return x.loc.proxy.host
	}
	v["upstream_addr"] = func(x *exchange) string { return x.upstreamAddr }
	v["upstream_status"] = func(x *exchange) string { return x.upstreamStatus }
}

func forwardedFor(x *exchange) string {
	host, _ := x.client()
	if before := strings.Join(x.r.Header.Values("X-Forwarded-For"), ", "); before != "" {
		return before + ", " + host
	}
	return host
}

// requestLine is the first line as the client wrote it.
func requestLine(x *exchange) string { return x.r.Pattern }

// canonical is the form in which Go keeps a header's name.
func canonical(name string) string { return http.CanonicalHeaderKey(name) }
