package nginx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/nginx/conf"
)

// logs are the open log files, by the names that the configuration gives them.
type logs struct {
	mu    sync.Mutex
	files map[string]io.Writer
	close []io.Closer
}

// openLogs opens them. The image's own log files are links to the streams.
func openLogs(p *container.Process, names []string) (*logs, error) {
	l := &logs{files: map[string]io.Writer{}}
	for _, name := range names {
		switch name {
		case "/dev/stdout", "/var/log/nginx/access.log", "/proc/self/fd/1":
			l.files[name] = p.Stdout
			continue
		case "stderr", "/dev/stderr", "/var/log/nginx/error.log", "/proc/self/fd/2":
			l.files[name] = p.Stderr
			continue
		case "/dev/null", "off":
			l.files[name] = io.Discard
			continue
		}
		full := name
		if !path.IsAbs(full) {
			full = path.Join(prefix, full)
		}
		file, err := p.Files.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return l, errors.Join(&conf.Error{Msg: fmt.Sprintf("open() %q failed (%s)", full, conf.Reason(err))}, l.shut())
		}
		l.files[name] = file
		l.close = append(l.close, file)
	}
	return l, nil
}

// shut closes the files.
func (l *logs) shut() (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.close {
		err = errors.Join(err, c.Close())
	}
	return err
}

// line writes to a log; a broken log must not stop a request.
func (l *logs) line(name, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w, ok := l.files[name]; ok {
		_, _ = io.WriteString(w, text+"\n")
	}
}

// accessLine is a line of the access log.
func (x *exchange) accessLine(format template) string {
	if format == nil {
		format, _ = compile(`$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`,
			func(string) bool { return true })
	}
	return format.text(func(name string) string {
		value := x.value(name)
		if value == "" {
			return "-"
		}
		return quoted(value)
	}, nil)
}

// quoted escapes characters that could break a log line, as nginx does: \x22.
func quoted(value string) string {
	if !strings.ContainsFunc(value, unsafe) {
		return value
	}
	var out strings.Builder
	for i := range len(value) {
		if c := value[i]; c == '"' || c == '\\' || c < ' ' || c == 127 {
			fmt.Fprintf(&out, `\x%02X`, c)
			continue
		}
		out.WriteByte(value[i])
	}
	return out.String()
}

func unsafe(r rune) bool { return r == '"' || r == '\\' || r < ' ' || r == 127 }

// details are what nginx says about a request in the error log.
func (x *exchange) details() string {
	host, _ := x.client()
	text := fmt.Sprintf(", client: %s, server: %s, request: %q", host, x.server.name(), requestLine(x))
	if x.upstreamAddr != "" && x.loc != nil && x.loc.proxy != nil {
		text += fmt.Sprintf(", upstream: %q", "http://"+x.upstreamAddr+x.upstreamURI())
	}
	if x.r.Host != "" {
		text += fmt.Sprintf(", host: %q", x.r.Host)
	}
	return text
}

// errno is an error of the network as the image's C library says it.
func errno(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "111: Connection refused"
	case errors.Is(err, syscall.EHOSTUNREACH):
		return "113: Host is unreachable"
	case errors.Is(err, syscall.ENETUNREACH):
		return "101: Network unreachable"
	case errors.Is(err, syscall.ECONNRESET):
		return "104: Connection reset by peer"
	case errors.Is(err, syscall.EPIPE):
		return "32: Broken pipe"
	case errors.Is(err, context.Canceled):
		return "125: Operation canceled"
	}
	return err.Error()
}
