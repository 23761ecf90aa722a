package nginx

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// statusClose makes nginx close the connection without an answer.
const statusClose = 444

// statusPage answers with a status: by the page that error_page names, once,
// else by nginx's own.
func (x *exchange) statusPage(status int) next {
	if !x.errorSeen {
		for _, page := range x.loc.settings.errorPages {
			if slices.Contains(page.codes, status) {
				return x.errorPage(status, page)
			}
		}
	}
	return next{done: x.builtin(status)}
}

func (x *exchange) errorPage(status int, page errorPage) next {
	x.errorSeen = true
	target := x.text(page.page)
	if !strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "@") {
		if page.status == 0 || !isRedirect(page.status) {
			page.status = http.StatusFound
		}
		return next{done: x.redirect(page.status, target)}
	}
	switch {
	case page.answered:
	case page.status != 0:
		x.override = page.status
	default:
		x.override = status
	}
	if named := x.server.named[target]; named != nil {
		return next{named: named}
	}
	if x.r.Method != http.MethodHead {
		x.r.Method = http.MethodGet
	}
	return next{uri: target}
}

// builtin is nginx's own page for a status.
func (x *exchange) builtin(status int) bool {
	text := title(status)
	if text == "" {
		return x.write(status, nil)
	}
	x.w.Header().Set("Content-Type", "text/html")
	body := fmt.Sprintf("<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n<hr><center>%s</center>\r\n</body>\r\n</html>\r\n",
		text, text, x.signature())
	return x.write(status, []byte(body))
}

// title heads nginx's own page for a status; other statuses have none.
func title(status int) string {
	other := map[int]string{
		http.StatusMethodNotAllowed:    "Not Allowed",
		http.StatusRequestTimeout:      "Request Time-out",
		http.StatusRequestURITooLong:   "Request-URI Too Large",
		http.StatusServiceUnavailable:  "Service Temporarily Unavailable",
		http.StatusGatewayTimeout:      "Gateway Time-out",
		http.StatusInsufficientStorage: "Insufficient Storage",
	}
	text, ok := other[status]
	if !ok {
		usual := []int{301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 406, 409, 410, 411, 412, 413, 415, 416, 421, 429, 500, 501, 502, 505}
		if !slices.Contains(usual, status) {
			return ""
		}
		text = http.StatusText(status)
	}
	return fmt.Sprintf("%d %s", status, text)
}

func (x *exchange) signature() string {
	if x.loc != nil && x.loc.settings.noTokens {
		return "nginx"
	}
	return "nginx/" + x.nginx.version
}

// redirect sends the client elsewhere. A path gets this server's own address
// in front, as nginx does by default.
func (x *exchange) redirect(status int, target string) bool {
	if strings.HasPrefix(target, "/") && !x.loc.settings.relative {
		host := x.host()
		if x.port != "80" {
			host += ":" + x.port
		}
		target = "http://" + host + target
	}
	x.w.Header().Set("Location", target)
	return x.builtin(status)
}

// write sends a whole response.
func (x *exchange) write(status int, body []byte) bool {
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.head(status)
	if x.r.Method != http.MethodHead && len(body) > 0 {
		n, err := x.w.Write(body)
		x.sent += int64(n)
		if err != nil {
			x.nginx.errorf(x, "writev() failed (%s) while sending to client", errno(err))
		}
	}
	return true
}

// head sends the status and the headers.
func (x *exchange) head(status int) {
	if x.override != 0 {
		status = x.override
	}
	x.status = status
	h := x.w.Header()
	h.Set("Server", x.signature())
	if x.r.ProtoAtLeast(1, 1) && !x.r.Close {
		h.Set("Connection", "keep-alive")
	}
	usual := slices.Contains([]int{200, 201, 204, 206, 301, 302, 303, 304, 307, 308}, status)
	for _, add := range x.loc.settings.addHeaders {
		if value := x.text(add.value); value != "" && (usual || add.always) {
			h.Add(add.name, value)
		}
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		h.Del("Content-Length")
	}
	x.w.WriteHeader(status)
}

// setType gives the content type that belongs to a path's extension.
func (x *exchange) setType(uri string) {
	s := x.loc.settings
	kind := s.defaultType
	name := uri[strings.LastIndex(uri, "/")+1:]
	if dot := strings.LastIndex(name, "."); dot > 0 {
		if known, ok := s.types[strings.ToLower(name[dot+1:])]; ok {
			kind = known
		}
	}
	if kind == "" {
		x.w.Header()["Content-Type"] = nil
		return
	}
	x.w.Header().Set("Content-Type", kind)
}
