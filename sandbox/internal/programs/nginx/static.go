package nginx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// prefix is what relative names in the configuration are below.
const prefix = "/etc/nginx"

// root is the folder that the location serves.
func (x *exchange) root() string {
	root := x.text(x.loc.settings.root)
	if !path.IsAbs(root) {
		root = path.Join(prefix, root)
	}
	return root
}

// file is the name of the file for a path.
func (x *exchange) file(uri string) string {
	switch {
	case !x.loc.settings.alias:
		return strings.TrimSuffix(x.root(), "/") + uri
	case x.loc.regexp != nil:
		return x.root()
	}
	return x.root() + strings.TrimPrefix(uri, x.loc.path)
}

// static serves a file.
func (x *exchange) static() next {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost}, x.r.Method) {
		return next{status: http.StatusMethodNotAllowed}
	}
	if strings.HasSuffix(x.uri, "/") {
		return x.index()
	}
	name := x.file(x.uri)
	info, err := x.nginx.p.Files.Stat(name)
	if err != nil {
		return x.missing(name, err)
	}
	if info.IsDir() {
		return next{done: x.redirect(http.StatusMovedPermanently, escaped(x.uri)+"/"+x.query())}
	}
	if x.r.Method == http.MethodPost {
		return next{status: http.StatusMethodNotAllowed}
	}
	return x.send(name, info)
}

// missing answers for a file that cannot be opened.
func (x *exchange) missing(name string, err error) next {
	x.nginx.errorf(x, "open() %q failed (%s)", name, conf.Reason(err))
	if errors.Is(err, fs.ErrPermission) {
		return next{status: http.StatusForbidden}
	}
	return next{status: http.StatusNotFound}
}

// index goes on with the first index file that is there.
func (x *exchange) index() next {
	dir := x.file(x.uri)
	for _, t := range x.loc.settings.index {
		name := x.text(t)
		if strings.HasPrefix(name, "/") {
			return next{uri: name}
		}
		if info, err := x.nginx.p.Files.Stat(dir + name); err == nil && !info.IsDir() {
			return next{uri: x.uri + name}
		}
	}
	if _, err := x.nginx.p.Files.Stat(dir); err != nil {
		x.nginx.errorf(x, "%q is not found (%s)", dir+"index.html", conf.Reason(err))
		return next{status: http.StatusNotFound}
	}
	x.nginx.errorf(x, "directory index of %q is forbidden", dir)
	return next{status: http.StatusForbidden}
}

// send serves one file with ranges and conditions.
func (x *exchange) send(name string, info fs.FileInfo) next {
	file, err := x.nginx.p.Files.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return x.missing(name, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	x.setType(name)
	x.w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().Unix(), info.Size()))
	if x.override != 0 {
		return x.sendWhole(file, info.Size())
	}
	http.ServeContent(&sender{x}, x.r, name, info.ModTime(), file)
	return next{done: true}
}

// sendWhole serves the page of an error: no ranges, no conditions.
func (x *exchange) sendWhole(file io.Reader, size int64) next {
	x.w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	x.head(x.override)
	if x.r.Method == http.MethodHead {
		return next{done: true}
	}
	n, err := io.Copy(x.w, file)
	if x.sent += n; err != nil {
		x.nginx.errorf(x, "sendfile() failed (%s) while sending response to client", errno(err))
	}
	return next{done: true}
}

// sender lets ServeContent write through head, which adds nginx's headers.
type sender struct{ x *exchange }

func (s *sender) Header() http.Header { return s.x.w.Header() }

func (s *sender) WriteHeader(status int) { s.x.head(status) }

func (s *sender) Write(p []byte) (int, error) {
	n, err := s.x.w.Write(p)
	s.x.sent += int64(n)
	return n, err
}

// tryFiles takes the first file that is there, else the last argument.
func (x *exchange) tryFiles() next {
	last := len(x.loc.tryFiles) - 1
	for _, t := range x.loc.tryFiles[:last] {
		uri := x.text(t)
		info, err := x.nginx.p.Files.Stat(x.file(strings.TrimSuffix(uri, "/")))
		if err != nil || info.IsDir() != strings.HasSuffix(uri, "/") {
			continue
		}
		x.uri = uri
		return next{}
	}
	target := x.text(x.loc.tryFiles[last])
	if code, ok := strings.CutPrefix(target, "="); ok {
		status, err := strconv.Atoi(code)
		if err != nil {
			status = http.StatusInternalServerError
		}
		return next{status: status}
	}
	if named := x.server.named[target]; named != nil {
		return next{named: named}
	}
	return next{uri: target}
}
