package nginx

import (
	"errors"
	"fmt"
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
	if !x.loc.settings.quietMissing || errors.Is(err, fs.ErrPermission) {
		x.nginx.errorf(x, "open() %q failed (%s)", name, conf.Reason(err))
	}
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
	switch info, err := x.nginx.p.Files.Stat(strings.TrimSuffix(dir, "/")); {
	case err == nil && !info.IsDir():
		x.nginx.errorf(x, "%q is not found (20: Not a directory)", dir+"index.html")
		return next{status: http.StatusNotFound}
	case err == nil && x.loc.settings.autoindex:
		return x.listing(dir)
	case err != nil:
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
	x.setType(x.uri)
	w := x.w
	w.lastModified = info.ModTime().UTC().Format(http.TimeFormat)
	if !x.loc.settings.noETag {
		w.add("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().Unix(), info.Size()))
	}
	w.length, w.ranges = info.Size(), true
	if x.override == 0 {
		if status := x.condition(info.ModTime()); status == http.StatusNotModified {
			w.length, w.contentType = -1, ""
			x.head(status)
			return next{done: true}
		} else if status != 0 {
			w.fields = nil
			return next{status: status}
		}
		if spans, status := x.spans(info); status != 0 && !x.zips(http.StatusOK) {
			return x.sendSpans(file, spans, info.Size(), status)
		}
	}
	x.head(http.StatusOK)
	if err := w.part(file, 0, info.Size()); err != nil && w.failed == nil {
		x.nginx.errorf(x, "sendfile() failed (%s) while sending response to client", errno(err))
		w.failed = err
	}
	return next{done: true}
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
		// For "$uri/" nginx takes the path without the slash, and so sends a
		// client that asked without one to the folder.
		if folder := strings.TrimSuffix(uri, "/"); folder != "" && info.IsDir() && !strings.HasSuffix(x.uri, "/") {
			uri = folder
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
