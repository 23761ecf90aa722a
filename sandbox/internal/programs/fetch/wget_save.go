package fetch

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
)

// shown is how busybox names a server.
func (t target) shown() string {
	if t.given {
		return t.host + ":" + t.port
	}
	return t.host
}

// request writes a request in the order of busybox.
func (w *wget) request(at, first target) (method, text string, err error) {
	method, body := http.MethodGet, w.o.last("post")
	if w.o.has("post-file") {
		file, err := w.p.Files.OpenFile(w.path(w.o.last("post-file")), os.O_RDONLY, 0)
		if err != nil {
			return "", "", fmt.Errorf("can't open '%s': %s", w.o.last("post-file"), reason(err))
		}
		defer func() { _ = file.Close() }() // it was only read
		read, err := w.p.ReadAll(file, 0)
		if err != nil {
			return "", "", err
		}
		body = string(read)
	}
	posts := w.o.has("post") || w.o.has("post-file")
	switch {
	case posts:
		method = http.MethodPost
	case w.o.has("spider"):
		method = http.MethodHead
	}
	custom := map[string]bool{}
	for _, line := range w.o.values["header"] {
		name, _, _ := strings.Cut(line, ":")
		custom[strings.ToLower(name)] = true
	}
	var out strings.Builder
	put := func(name, value string) {
		if !custom[strings.ToLower(name)] {
			out.WriteString(name + ": " + value + "\r\n")
		}
	}
	out.WriteString(method + " " + at.path + " HTTP/1.1\r\n")
	put("Host", at.shown())
	agent := "Wget"
	if w.o.has("agent") {
		agent = w.o.last("agent")
	}
	put("User-Agent", agent)
	put("Connection", "close")
	if at.user != "" && at.host == first.host {
		put("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(at.user)))
	}
	for _, line := range w.o.values["header"] {
		out.WriteString(line + "\r\n")
	}
	if posts {
		put("Content-Type", "application/x-www-form-urlencoded")
		put("Content-Length", strconv.Itoa(len(body)))
	}
	out.WriteString("\r\n" + body)
	return method, out.String(), nil
}

// reason turns the error of a request into busybox's message.
func (w *wget) reason(ctx context.Context, err error) error {
	dns, unresolved := errors.AsType[*net.DNSError](err)
	failed, _ := errors.AsType[*refused](err)
	switch {
	case unresolved:
		return fmt.Errorf("bad address '%s'", dns.Name)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return errors.New("download timed out")
	case failed != nil && errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("can't connect to remote host (%s): Connection refused", failed.address)
	case failed != nil && errors.Is(err, syscall.EHOSTUNREACH):
		return fmt.Errorf("can't connect to remote host (%s): Host is unreachable", failed.address)
	case failed != nil:
		return fmt.Errorf("can't connect to remote host (%s): %w", failed.address, failed.err)
	case errors.Is(err, errEmpty), errors.Is(err, io.EOF):
		return errors.New("error getting response")
	case errors.Is(err, errOld):
		return errors.New("error getting response")
	case errors.Is(err, syscall.ECONNRESET):
		return errors.New("error getting response: Connection reset by peer")
	}
	return err
}

// reason is an error of a file as the operating system says it.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	case errors.Is(err, fs.ErrExist):
		return "File exists"
	case errors.Is(err, syscall.EISDIR):
		return "Is a directory"
	case errors.Is(err, syscall.EROFS):
		return "Read-only file system"
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// save writes the body to -O, or to the last part of the URL's path. busybox
// does not overwrite a file that it named itself.
func (w *wget) save(ctx context.Context, at target, reply *reply) (err error) {
	name, flags := w.o.last("output"), os.O_WRONLY|os.O_CREATE|os.O_TRUNC
	if name == "" {
		where, _, _ := strings.Cut(at.path, "?")
		if name = path.Base(where); strings.HasSuffix(where, "/") {
			name = "index.html"
		}
		if w.o.has("prefix") {
			name = path.Join(w.o.last("prefix"), name)
		}
		flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	}
	out := w.p.Stdout
	switch name {
	case "-":
		w.say("writing to stdout\n")
	default:
		if name == "/dev/null" {
			out = io.Discard
		} else {
			file, err := w.p.Files.OpenFile(w.path(name), flags, 0o644)
			if err != nil {
				return fmt.Errorf("can't open '%s': %s", name, reason(err))
			}
			defer func() { err = errors.Join(err, file.Close()) }()
			out = file
		}
		w.say("saving to '%s'\n", name)
	}
	n, err := io.Copy(out, reply.Body)
	switch {
	case err != nil && ctx.Err() != nil:
		return errors.New("download timed out")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("connection closed prematurely")
	case err != nil:
		return fmt.Errorf("read error: %s", reason(err))
	}
	if reply.StatusCode != http.StatusNoContent {
		w.say("%-20.20s 100%% |%s| %5d  0:00:00 ETA\n", path.Base(name), strings.Repeat("*", 32), n)
	}
	if name == "-" {
		w.say("written to stdout\n")
		return nil
	}
	w.say("'%s' saved\n", name)
	return nil
}
