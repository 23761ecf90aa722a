package nginx

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// statusClose makes nginx close the connection without an answer.
const statusClose = 444

// statusPage answers with a status: with the page of error_page, once,
// otherwise with nginx's own.
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
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusInternalServerError, http.StatusNotImplemented, statusHeaders:
		x.r.Close = true
	case http.StatusRequestTimeout:
		x.w.Flush()
		x.status, x.r.Close = status, true
		return true
	}
	x.w.contentType, x.w.lastModified, x.w.ranges = "text/html", "", false
	heading := text
	if status == statusHeaders {
		status, text = http.StatusBadRequest, "400 Request Header Or Cookie Too Large"
		heading = "400 Bad Request"
	}
	body := fmt.Sprintf("<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n%s<hr><center>%s</center>\r\n</body>\r\n</html>\r\n",
		text, heading, note(text), x.signature())
	return x.write(status, []byte(body))
}

// title is the title of nginx's own page for a status; other statuses have
// none.
func title(status int) string {
	usual := []int{
		301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 421, 429, statusHeaders,
		500, 501, 502, 503, 504, 505, 507,
	}
	if !slices.Contains(usual, status) {
		return ""
	}
	if status == statusHeaders {
		return "400 Bad Request"
	}
	switch status {
	case http.StatusFound:
		return "302 Found"
	case http.StatusUnauthorized:
		return "401 Authorization Required"
	}
	return fmt.Sprintf("%d %s", status, statusWord(status))
}

// note is the text below the title of some of nginx's pages.
func note(title string) string {
	if title == "400 Request Header Or Cookie Too Large" {
		return "<center>Request Header Or Cookie Too Large</center>\r\n"
	}
	return ""
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
	if s := x.loc.settings; strings.HasPrefix(target, "/") && !s.relative {
		host := x.host()
		if s.nameInRedirect {
			host = x.server.name()
		}
		if x.port != "80" && !s.noPort {
			host += ":" + x.port
		}
		// Only what is made absolute has a place of its own.
		x.w.link = "http://" + host + target
		return x.builtin(status)
	}
	x.w.add("Location", target)
	return x.builtin(status)
}

// write sends a whole response.
func (x *exchange) write(status int, body []byte) bool {
	x.w.length = int64(len(body))
	x.head(status)
	_, _ = x.w.Write(body) // the connection says so too
	return true
}

// head sends the status and the headers, in the order of nginx's filters:
// add_header, gzip, ranges.
func (x *exchange) head(status int) {
	if x.override != 0 {
		status = x.override
	}
	x.status = status
	w, s := x.w, x.loc.settings
	if !slices.Contains([]int{200, 206, 304}, status) {
		w.lastModified = ""
	}
	usual := slices.Contains([]int{200, 201, 204, 206, 301, 302, 303, 304, 307, 308}, status)
	for _, add := range s.addHeaders {
		if value := x.text(add.value); value != "" && (usual || add.always) {
			w.add(add.name, value)
		}
	}
	x.compress(status)
	if w.ranges && status == http.StatusOK {
		w.add("Accept-Ranges", "bytes")
	}
	w.sendHead(status)
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
	if s.charset != "" && (strings.HasPrefix(kind, "text/") || kind == "application/javascript" || kind == "application/rss+xml") {
		kind += "; charset=" + s.charset
	}
	x.w.contentType = kind
}
