package nginx

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// zipping is what the gzip directives say.
type zipping struct {
	on, vary, old, proxied bool
	types                  []string
	least                  int64
	level                  int
}

// zippable says by nginx's rules whether a body may be compressed
// (src/http/modules/ngx_http_gzip_filter_module.c).
func (x *exchange) zippable(status int) bool {
	w, z := x.w, x.loc.settings.gzip
	kind, _, _ := strings.Cut(w.contentType, ";")
	switch {
	case !z.on, status != http.StatusOK && status != http.StatusForbidden && status != http.StatusNotFound,
		w.get("Content-Encoding") != "", w.length >= 0 && w.length < z.least,
		kind != "text/html" && !slices.Contains(z.types, kind) && !slices.Contains(z.types, "*"):
		return false
	}
	return true
}

// zips reports whether a body is compressed for this client.
func (x *exchange) zips(status int) bool {
	z := x.loc.settings.gzip
	return x.zippable(status) && x.r.ProtoMajor == 1 && (x.r.ProtoMinor > 0 || z.old) &&
		(x.r.Header.Get("Via") == "" || z.proxied) && accepts(x.r.Header.Get("Accept-Encoding"))
}

// compress switches the response to compression if the settings and the client
// ask for it.
func (x *exchange) compress(status int) {
	w, z := x.w, x.loc.settings.gzip
	w.vary = z.vary && x.zippable(status)
	if !x.zips(status) {
		return
	}
	w.length, w.ranges = -1, false
	if etag := w.get("ETag"); etag != "" && !strings.HasPrefix(etag, "W/") {
		w.replace("ETag", "W/"+etag)
	}
	w.add("Content-Encoding", "gzip")
	if x.r.Method != http.MethodHead {
		w.gathered = bufio.NewWriterSize(plainly{w}, 32<<10)
		w.zip, _ = gzip.NewWriterLevel(w.gathered, z.level) // the level was checked
	}
}

// plainly writes past the compression.
type plainly struct{ w *response }

func (p plainly) Write(b []byte) (int, error) { return p.w.plain(b) }

var _ io.Writer = plainly{}

// accepts reads Accept-Encoding.
func accepts(text string) bool {
	found := regexp.MustCompile(`(?i)(?:^|[, ])gzip *(?:; *q=([0-9.]+))?(?:,|$| )`).FindStringSubmatch(text)
	if found == nil {
		return false
	}
	q, err := strconv.ParseFloat(found[1], 64)
	return err != nil || q > 0
}
