package nginx

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// headerBuffer is large_client_header_buffers' default: the most that a
// request's line, and each of its headers, may have.
const headerBuffer = 8 << 10

// mostHeaders is how many such buffers there are, and so the most of them all.
const mostHeaders = 4 * headerBuffer

// field is one header as it was written.
type field struct{ name, value string }

// badRequestError is a request that nginx answers with its own status, before it
// looks for a location.
type badRequestError struct {
	status int
	log    string
}

func (b *badRequestError) Error() string { return b.log }

// readRequest reads a request by nginx's rules (src/http/ngx_http_parse.c). The
// request is there beside a badRequestError too, as far as it was read; it is nil
// where the client sent nothing. Fields are the headers in their order.
func readRequest(r *bufio.Reader, buffer int) (*http.Request, []field, error) {
	line := ""
	for line == "" {
		var err error
		if line, err = readLine(r, buffer); err != nil {
			return partial(line), nil, whenLong(err, http.StatusRequestURITooLong)
		}
	}
	request := partial(line)
	if err := parseLine(request, line); err != nil {
		return request, nil, err
	}
	if request.ProtoMajor == 0 { // HTTP/0.9 has no headers.
		request.Close = true
		request.Body = http.NoBody
		return request, nil, nil
	}
	fields, err := readFields(r, buffer, request)
	if err != nil {
		return request, fields, err
	}
	return request, fields, frame(request, r)
}

func whenLong(err error, status int) error {
	if errors.Is(err, bufio.ErrBufferFull) {
		return &badRequestError{status: status}
	}
	return err
}

// partial is a request of which only the first line is known.
func partial(line string) *http.Request {
	return &http.Request{Method: line, URL: &url.URL{}, Header: http.Header{}, ProtoMajor: 1, ProtoMinor: 0, Body: http.NoBody, Pattern: line}
}

// readLine reads one line without its end.
func readLine(r *bufio.Reader, most int) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if line = append(line, part...); len(line) > most {
			return string(line[:most]), bufio.ErrBufferFull
		}
		if err == nil {
			return string(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

var errLine = &badRequestError{status: http.StatusBadRequest}

// parseLine takes the request line apart.
func parseLine(request *http.Request, line string) error {
	parts := regexp.MustCompile(`^([A-Z_-]+) +([^ ]+)(?: +([^ ]+))? *$`).FindStringSubmatch(line)
	if parts == nil {
		return errLine
	}
	request.Method, request.RequestURI = parts[1], parts[2]
	if !strings.HasPrefix(parts[2], "/") && !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://[^/?]+`).MatchString(parts[2]) {
		return errLine
	}
	if parts[3] == "" {
		request.ProtoMajor, request.Proto = 0, ""
		if request.Method != http.MethodGet {
			return errLine
		}
		return nil
	}
	version := regexp.MustCompile(`^HTTP/(\d{1,2})\.(\d{1,3})$`).FindStringSubmatch(parts[3])
	if version == nil {
		return errLine
	}
	request.Proto = parts[3]
	request.ProtoMajor, _ = strconv.Atoi(version[1])
	request.ProtoMinor, _ = strconv.Atoi(version[2])
	if request.ProtoMajor > 1 {
		request.ProtoMinor = 1
		return &badRequestError{status: http.StatusHTTPVersionNotSupported}
	}
	return nil
}

// readFields reads the headers up to the empty line.
func readFields(r *bufio.Reader, buffer int, request *http.Request) (fields []field, err error) {
	for total := 0; ; {
		line, err := readLine(r, buffer)
		if total += len(line); err != nil || total > mostHeaders {
			if total > mostHeaders {
				err = bufio.ErrBufferFull
			}
			return fields, whenLong(err, statusHeaders)
		}
		if line == "" {
			return fields, nil
		}
		name, value, _ := strings.Cut(line, ":")
		if strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c == 127 }) || name == "" {
			return fields, &badRequestError{http.StatusBadRequest, "client sent invalid header line: \"" + line + "\""}
		}
		if strings.ContainsFunc(name, func(c rune) bool {
			return c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
		}) {
			continue // such a header is ignored
		}
		value = strings.Trim(value, " ")
		if err := single(request, name, value); err != nil {
			return fields, err
		}
		fields = append(fields, field{name, value})
		request.Header.Add(name, value)
	}
}

// single checks the headers that may be there only once.
func single(request *http.Request, name, value string) error {
	have := request.Header[canonical(name)]
	switch strings.ToLower(name) {
	case "host":
		if len(have) > 0 {
			return &badRequestError{http.StatusBadRequest, "client sent duplicate host header: \"Host: " + value + "\", previous value: \"Host: " + have[0] + "\""}
		}
		if !validHost(value) {
			return &badRequestError{http.StatusBadRequest, "client sent invalid host header"}
		}
		request.Host = value
	case "content-length", "transfer-encoding", "if-modified-since", "if-unmodified-since", "if-match", "if-none-match", "user-agent", "referer",
		"content-type", "range", "if-range", "expect", "upgrade", "authorization":
		if len(have) > 0 {
			return &badRequestError{http.StatusBadRequest, "client sent duplicate header line: \"" + name + ": " + value + "\", previous value: \"" + name + ": " + have[0] + "\""}
		}
	}
	return nil
}

func validHost(host string) bool {
	return !strings.ContainsFunc(host, func(c rune) bool { return c <= ' ' || c == 127 || c == '/' }) && !strings.Contains(host, "..")
}

// frame finds where the body ends.
func frame(request *http.Request, r *bufio.Reader) error {
	length, encoding := request.Header.Get("Content-Length"), strings.ToLower(request.Header.Get("Transfer-Encoding"))
	if host := request.RequestURI; strings.Contains(host, "://") {
		_, host, _ = strings.Cut(host, "://")
		request.Host = host[:len(host)-len(strings.TrimLeft(host, strings.Trim(host, "/?")))]
		if u, err := url.Parse(request.RequestURI); err == nil {
			request.Host = u.Host
		}
	}
	if request.Host == "" && request.ProtoMinor > 0 {
		return &badRequestError{http.StatusBadRequest, `client sent HTTP/1.1 request without "Host" header`}
	}
	connection := strings.ToLower(request.Header.Get("Connection"))
	request.Close = strings.Contains(connection, "close") || request.ProtoMinor == 0 && !strings.Contains(connection, "keep-alive")
	request.ContentLength, request.Body = 0, http.NoBody
	switch {
	case encoding != "" && request.ProtoMinor == 0:
		return &badRequestError{http.StatusBadRequest, `client sent HTTP/1.0 request with "Transfer-Encoding" header`}
	case encoding == "chunked" && length != "":
		return &badRequestError{http.StatusBadRequest, `client sent "Content-Length" and "Transfer-Encoding" headers at the same time`}
	case encoding == "chunked":
		request.ContentLength = -1
		request.Body = io.NopCloser(httputil.NewChunkedReader(r))
	case encoding != "":
		return &badRequestError{http.StatusNotImplemented, "client sent unknown \"Transfer-Encoding\": \"" + request.Header.Get("Transfer-Encoding") + "\""}
	case length != "":
		n, err := strconv.ParseUint(length, 10, 63)
		if err != nil {
			return &badRequestError{http.StatusBadRequest, `client sent invalid "Content-Length" header`}
		}
		if n > 0 {
			request.ContentLength = int64(n)
			request.Body = io.NopCloser(io.LimitReader(r, int64(n)))
		}
	}
	if request.Method == http.MethodTrace || request.Method == http.MethodConnect {
		return &badRequestError{http.StatusMethodNotAllowed, "client sent " + request.Method + " method"}
	}
	return nil
}
