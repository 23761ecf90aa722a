package nginx

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// response is what is sent for a request. The order of its headers is that of
// nginx (src/http/ngx_http_header_filter_module.c): first those that have a
// place of their own, then the others as they came.
type response struct {
	x   *exchange
	out *bufio.Writer

	status                          int
	reason                          string // An upstream's own line; else nginx's.
	contentType, lastModified, link string
	length                          int64   // -1 is unknown.
	fields, late                    []field // Late ones come after add_header's.
	ranges, vary                    bool
	chunked, headed, noBody         bool
	continued                       bool
	zip                             *gzip.Writer
	gathered                        *bufio.Writer // What zip wrote.
	failed                          error
}

// add appends a header.
func (w *response) add(name, value string) { w.fields = append(w.fields, field{name, value}) }

// get returns a header as it is going to be sent.
func (w *response) get(name string) string {
	switch strings.ToLower(name) {
	case "content-type":
		return w.contentType
	case "content-length":
		if w.length >= 0 {
			return strconv.FormatInt(w.length, 10)
		}
		return ""
	case "last-modified":
		return w.lastModified
	case "location":
		return w.link
	case "connection":
		return w.connection()
	}
	for _, f := range w.fields {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

func (w *response) connection() string {
	if w.x.r.Close {
		return "close"
	}
	return "keep-alive"
}

// replace changes a header in place, or removes it.
func (w *response) replace(name, value string) {
	var kept []field
	for _, f := range w.fields {
		if strings.EqualFold(f.name, name) {
			if value == "" {
				continue
			}
			f.value = value
		}
		kept = append(kept, f)
	}
	w.fields = kept
}

// sendHead sends the status line and the headers.
func (w *response) sendHead(status int) {
	w.headed, w.status = true, status
	w.noBody = w.x.r.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
	if w.x.r.ProtoMajor == 0 {
		return
	}
	if status == http.StatusNoContent {
		w.length, w.contentType = -1, ""
	} else if w.length < 0 && status != http.StatusNotModified {
		if w.x.r.ProtoMinor > 0 {
			w.chunked = !w.noBody
		} else {
			w.x.r.Close = true
		}
	}
	w.goOn(status)
	reason := w.reason
	if reason == "" {
		reason = strings.TrimSuffix(fmt.Sprintf("%03d %s", status, statusWord(status)), " ")
		if statusWord(status) == "" {
			reason += " "
		}
	}
	w.line("HTTP/1.1 " + reason)
	w.line("Server: " + w.x.signature())
	w.line("Date: " + w.x.nginx.now().UTC().Format(http.TimeFormat))
	w.header("Content-Type", w.contentType)
	if w.length >= 0 {
		w.header("Content-Length", strconv.FormatInt(w.length, 10))
	}
	w.header("Last-Modified", w.lastModified)
	w.header("Location", w.link)
	if w.chunked {
		w.line("Transfer-Encoding: chunked")
	}
	w.line("Connection: " + w.connection())
	if w.vary {
		w.line("Vary: Accept-Encoding")
	}
	for _, f := range append(w.fields, w.late...) {
		w.line(f.name + ": " + oneLine(f.value))
	}
	w.line("")
}

// goOn tells a client that asks for it to send the body.
func (w *response) goOn(status int) {
	if w.continued || status == http.StatusRequestEntityTooLarge || w.x.r.ProtoMinor == 0 || !strings.EqualFold(w.x.r.Header.Get("Expect"), "100-continue") {
		return
	}
	w.continued = true
	w.line("HTTP/1.1 100 Continue\r\n")
	w.Flush()
	w.x.sent += int64(len("HTTP/1.1 100 Continue\r\n\r\n"))
}

func (w *response) header(name, value string) {
	if value != "" {
		w.line(name + ": " + oneLine(value))
	}
}

// oneLine removes line ends from a value.
func oneLine(value string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(value) }

func (w *response) line(text string) { w.raw([]byte(text + "\r\n")) }

// raw writes to the client; after a fault nothing more is sent.
func (w *response) raw(p []byte) {
	if w.failed == nil {
		_, w.failed = w.out.Write(p)
	}
}

// Write sends a part of the body.
func (w *response) Write(p []byte) (int, error) {
	if w.noBody || len(p) == 0 {
		return len(p), w.failed
	}
	if w.zip != nil {
		return w.zip.Write(p)
	}
	return w.plain(p)
}

// plain sends a part of the body as it is.
func (w *response) plain(p []byte) (int, error) {
	if w.chunked {
		w.raw([]byte(strconv.FormatInt(int64(len(p)), 16) + "\r\n"))
	}
	w.raw(p)
	if w.chunked {
		w.raw([]byte("\r\n"))
		w.x.sent += int64(len(strconv.FormatInt(int64(len(p)), 16))) + 4
	}
	w.x.sent += int64(len(p))
	return len(p), w.failed
}

// Flush sends what is gathered at once.
func (w *response) Flush() {
	if w.failed == nil {
		w.failed = w.out.Flush()
	}
}

// finish ends the body.
func (w *response) finish() {
	if w.zip != nil {
		if err := errors.Join(w.zip.Close(), w.gathered.Flush()); w.failed == nil {
			w.failed = err
		}
	}
	if w.chunked && !w.noBody {
		w.raw([]byte("0\r\n\r\n"))
		w.x.sent += 5
	}
	w.Flush()
}

// statusWord is nginx's own reason phrase.
func statusWord(status int) string {
	switch status {
	case http.StatusFound:
		return "Moved Temporarily"
	case http.StatusMethodNotAllowed:
		return "Not Allowed"
	case http.StatusRequestTimeout:
		return "Request Time-out"
	case http.StatusRequestEntityTooLarge:
		return "Request Entity Too Large"
	case http.StatusRequestURITooLong:
		return "Request-URI Too Large"
	case http.StatusServiceUnavailable:
		return "Service Temporarily Unavailable"
	case http.StatusGatewayTimeout:
		return "Gateway Time-out"
	case 203, 205, 226, 300, 304, 305, 306, 407, 417, 418, 422, 423, 424, 425, 426, 428, 431, 451, 506, 508, 510, 511:
		if status == http.StatusNotModified {
			return "Not Modified"
		}
		return ""
	}
	return http.StatusText(status)
}

// when reads a date of a header.
func when(text string) (time.Time, bool) {
	t, err := http.ParseTime(text)
	return t, err == nil
}

// part copies so many bytes from a place of a file.
func (w *response) part(file io.ReadSeeker, from, length int64) error {
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return err
	}
	_, err := io.CopyN(w, file, length)
	return err
}
