package nginx

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// condition returns the status that a client's conditions lead to, 0 for none.
func (x *exchange) condition(modified time.Time) int {
	h, etag := x.r.Header, x.w.get("ETag")
	modified = modified.UTC().Truncate(time.Second)
	if since := h.Get("If-Unmodified-Since"); since != "" {
		if t, ok := when(since); ok && modified.After(t) {
			return http.StatusPreconditionFailed
		}
	}
	if tags := h.Get("If-Match"); tags != "" && !matches(tags, etag, false) {
		return http.StatusPreconditionFailed
	}
	since, tags := h.Get("If-Modified-Since"), h.Get("If-None-Match")
	if since == "" && tags == "" {
		return 0
	}
	if since != "" {
		// nginx asks for the very same time (if_modified_since exact).
		if t, ok := when(since); !ok || !t.Equal(modified) {
			return 0
		}
	}
	if tags != "" && !matches(tags, etag, true) {
		return 0
	}
	return http.StatusNotModified
}

// matches looks for a tag in a list of them.
func matches(list, etag string, weak bool) bool {
	if list == "*" {
		return true
	}
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimSpace(tag)
		if weak {
			tag = strings.TrimPrefix(tag, "W/")
		}
		if tag == etag && etag != "" {
			return true
		}
	}
	return false
}

// span is a part of a file.
type span struct{ from, to int64 } // to is not in it

// spans reads the Range header. The status is 0 where all is to be sent.
func (x *exchange) spans(info fs.FileInfo) (list []span, status int) {
	text, ok := strings.CutPrefix(x.r.Header.Get("Range"), "bytes=")
	if !ok || len(text) == 0 {
		return nil, 0
	}
	if given := x.r.Header.Get("If-Range"); given != "" && given != x.w.get("ETag") && given != x.w.lastModified {
		return nil, 0
	}
	size, total := info.Size(), int64(0)
	for part := range strings.SplitSeq(text, ",") {
		first, last, dash := strings.Cut(strings.TrimSpace(part), "-")
		from, bad := strconv.ParseInt(first, 10, 64)
		to, worse := strconv.ParseInt(last, 10, 64)
		switch {
		case !dash, first == "" && last == "", first != "" && bad != nil, last != "" && worse != nil:
			return nil, http.StatusRequestedRangeNotSatisfiable
		case first == "":
			from, to = max(0, size-to), size
		case last == "":
			to = size
		default:
			to = min(to+1, size)
		}
		if from < to {
			list = append(list, span{from, to})
			total += to - from
		} else if first != "" && last != "" && from > to && from < size {
			return nil, http.StatusRequestedRangeNotSatisfiable
		}
	}
	switch {
	case len(list) == 0:
		return nil, http.StatusRequestedRangeNotSatisfiable
	case total > size:
		return nil, 0
	}
	return list, http.StatusPartialContent
}

// sendSpans sends one part, or several of them between boundaries.
func (x *exchange) sendSpans(file io.ReadSeeker, list []span, size int64, status int) next {
	w := x.w
	w.ranges = false
	if status == http.StatusRequestedRangeNotSatisfiable {
		w.fields = nil
		w.add("Content-Range", fmt.Sprintf("bytes */%d", size))
		return next{status: status}
	}
	content := func(s span) string { return fmt.Sprintf("bytes %d-%d/%d", s.from, s.to-1, size) }
	if len(list) == 1 {
		w.length = list[0].to - list[0].from
		w.late = []field{{"Content-Range", content(list[0])}}
		x.head(status)
		w.failed = w.part(file, list[0].from, w.length)
		return next{done: true}
	}
	boundary := fmt.Sprintf("%020d", x.serial)
	heads, end := []string{}, "\r\n--"+boundary+"--\r\n"
	w.length = int64(len(end))
	for _, s := range list {
		head := "\r\n--" + boundary + "\r\nContent-Type: " + w.contentType + "\r\nContent-Range: " + content(s) + "\r\n\r\n"
		heads = append(heads, head)
		w.length += int64(len(head)) + s.to - s.from
	}
	w.contentType = "multipart/byteranges; boundary=" + boundary
	x.head(status)
	for i, s := range list {
		_, _ = io.WriteString(w, heads[i]) // the connection says so too
		if w.failed == nil {
			w.failed = w.part(file, s.from, s.to-s.from)
		}
	}
	_, _ = io.WriteString(w, end)
	return next{done: true}
}
