package fetch

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// request writes the request as curl does, and what follows its head.
func (t *transfer) request(first target) (head string, body io.Reader, code int) {
	content, kind, length := "", "", int64(-1)
	method := http.MethodGet
	switch {
	case t.bare:
	case t.o.has("upload-file"):
		method = http.MethodPut
		name := t.o.last("upload-file")
		text, err := t.read(name)
		if err != nil {
			write(t.p.Stderr, "curl: cannot open '"+name+"'\n")
			return "", nil, t.fault(26, "Failed to open/read local data from file/application")
		}
		if strings.HasSuffix(t.at.path, "/") && name != "-" {
			t.at.path += name[strings.LastIndex(name, "/")+1:]
		}
		content, length = text, int64(len(text))
		if name == "-" {
			length = -2
		}
	case t.o.has("form"), t.o.has("form-string"):
		method = http.MethodPost
		if content, kind, code = t.form(); code != 0 {
			return "", nil, t.fault(code, "")
		}
		length = int64(len(content))
	case t.o.has("head"):
		method = http.MethodHead
	case t.hasData() && t.o.has("get"):
		if t.redirects == 0 {
			separator := map[bool]string{true: "&", false: "?"}[strings.Contains(t.at.path, "?")]
			t.at.path += separator + t.body
		}
	case t.hasData():
		method, content, kind, length = http.MethodPost, t.body, "application/x-www-form-urlencoded", int64(len(t.body))
	}
	t.method = method
	if t.o.has("request") {
		t.method = t.o.last("request")
	}
	headers := t.headers(first, kind, length)
	t.sent = int64(len(content))
	if length == -2 {
		content = chunks(content)
	}
	version := "1.1"
	if t.o.has("http1.0") {
		version = "1.0"
	}
	if length != -1 {
		body = strings.NewReader(content)
	}
	return t.method + " " + t.at.path + " HTTP/" + version + "\r\n" + headers + "\r\n", body, 0
}

func chunks(text string) string {
	if text == "" {
		return "0\r\n\r\n"
	}
	return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(text), text)
}

// headers are curl's own in its order, then those of -H, then those of the body.
func (t *transfer) headers(first target, kind string, length int64) string {
	own := [][2]string{{"Host", t.at.authority()}}
	user := t.at.user
	if t.o.has("user") && t.at.host == first.host {
		user = t.o.last("user")
	}
	if user != "" {
		if !strings.Contains(user, ":") {
			user += ":"
		}
		own = append(own, [2]string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(user))})
	}
	if t.o.has("range") {
		own = append(own, [2]string{"Range", "bytes=" + t.o.last("range")})
	}
	agent := "curl/" + curlVersion
	if t.o.has("user-agent") {
		agent = t.o.last("user-agent")
	}
	own = append(own, [2]string{"User-Agent", agent}, [2]string{"Accept", "*/*"})
	if t.o.has("compressed") {
		own = append(own, [2]string{"Accept-Encoding", "deflate, gzip"})
	}
	referer := strings.TrimSuffix(t.o.last("referer"), ";auto")
	if t.redirects > 0 && strings.HasSuffix(t.o.last("referer"), ";auto") {
		referer = t.previous
	}
	own = append(own, [2]string{"Referer", referer}, [2]string{"Cookie", t.cookies(t.at)})
	last := [][2]string{}
	switch {
	case length >= 0:
		last = append(last, [2]string{"Content-Length", strconv.FormatInt(length, 10)}, [2]string{"Content-Type", kind})
	case length == -2:
		last = append(last, [2]string{"Transfer-Encoding", "chunked"})
	}
	if t.o.has("upload-file") && length != -1 || length > 1<<20 {
		last = append(last, [2]string{"Expect", map[bool]string{true: "100-continue"}[length == -2 || length > 1<<20]})
	}
	return t.merged(own, last)
}

// merged adds the headers of -H: they replace curl's own, or remove them.
func (t *transfer) merged(own, last [][2]string) string {
	replaced := map[string]string{}
	var custom strings.Builder
	for _, line := range t.custom() {
		name, value, colon := strings.Cut(line, ":")
		if !colon {
			if name, ok := strings.CutSuffix(line, ";"); ok {
				replaced[strings.ToLower(name)] = ""
				custom.WriteString(name + ":\r\n")
			}
			continue
		}
		value = strings.TrimSpace(value)
		key := strings.ToLower(name)
		replaced[key] = value
		if value != "" && key != "host" {
			custom.WriteString(strings.TrimSpace(line) + "\r\n")
		}
	}
	var out strings.Builder
	put := func(list [][2]string) {
		for _, h := range list {
			value, has := replaced[strings.ToLower(h[0])]
			if h[0] == "Host" && has && value != "" {
				out.WriteString("Host: " + value + "\r\n")
				continue
			}
			if !has && h[1] != "" {
				out.WriteString(h[0] + ": " + h[1] + "\r\n")
			}
		}
	}
	put(own)
	out.WriteString(custom.String())
	put(last)
	return out.String()
}

// custom are the lines of -H, "@FILE" read.
func (t *transfer) custom() (lines []string) {
	defer func() {
		if !t.o.has("json") {
			return
		}
		for _, line := range []string{"Content-Type: application/json", "Accept: application/json"} {
			name, _, _ := strings.Cut(line, ":")
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(strings.ToLower(l), strings.ToLower(name)+":") }) {
				lines = append(lines, line)
			}
		}
	}()
	for _, line := range t.o.values["header"] {
		if name, ok := strings.CutPrefix(line, "@"); ok {
			text, err := t.read(name)
			if err == nil {
				lines = append(lines, strings.Split(strings.TrimSpace(text), "\n")...)
			}
			continue
		}
		lines = append(lines, line)
	}
	return lines
}
