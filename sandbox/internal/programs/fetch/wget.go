package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func wgetNames() map[string]string {
	return map[string]string{
		"-q": "quiet", "--quiet": "quiet", "-O": "output", "--output-document": "output", "-T": "timeout", "--timeout": "timeout",
		"-S": "headers", "--server-response": "headers", "--header": "header", "--post-data": "post", "--spider": "spider",
		"-U": "agent", "--user-agent": "agent", "-c": "continue", "--no-check-certificate": "insecure", "-P": "prefix", "-Y": "proxy",
	}
}

// Wget is busybox's, for http.
func Wget(ctx context.Context, p *container.Process) int {
	o, err := parse(p.Args[1:], wgetNames(), "output timeout header post agent prefix proxy")
	if err != nil || len(o.rest) == 0 {
		option := ""
		if u, ok := errors.AsType[*usage](err); ok {
			option = "wget: unrecognized option: " + strings.TrimLeft(u.option, "-") + "\n"
		}
		write(p.Stderr, option+"Usage: wget [-cqS] [--spider] [-O FILE] [--header STR] [--post-data STR] [-T SEC] URL...\n")
		return 1
	}
	w := &wget{p: p, o: o}
	code := 0
	for _, target := range o.rest {
		if err := w.get(ctx, target); err != nil {
			write(p.Stderr, "wget: "+err.Error()+"\n")
			code = 1
		}
	}
	return code
}

type wget struct {
	p *container.Process
	o options
}

// say writes what -q leaves out.
func (w *wget) say(format string, args ...any) {
	if !w.o.has("quiet") {
		write(w.p.Stderr, fmt.Sprintf(format, args...))
	}
}

func (w *wget) get(ctx context.Context, target string) error {
	limit := 900 * time.Second
	if w.o.has("timeout") {
		seconds, err := time.ParseDuration(w.o.last("timeout") + "s")
		if err != nil {
			return fmt.Errorf("invalid number '%s'", w.o.last("timeout"))
		}
		limit = seconds
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := w.request(ctx, target)
	if err != nil {
		return err
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		return w.dial(ctx, network, address)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableCompression: true, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return w.reason(ctx, err)
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end or given up
	if w.o.has("headers") {
		write(w.p.Stderr, "  "+response.Proto+" "+response.Status+"\n"+lines("  ", response.Header, "\n")+"  \n")
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("server returned error: %s %s", response.Proto, response.Status)
	}
	if w.o.has("spider") {
		w.say("remote file exists\n")
		return nil
	}
	return w.save(response)
}

func (w *wget) request(ctx context.Context, target string) (*http.Request, error) {
	if !strings.Contains(target, "://") {
		target = "http://" + target
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" {
		return nil, fmt.Errorf("not an http or ftp url: %s", target)
	}
	method, body := http.MethodGet, w.o.last("post")
	if w.o.has("post") {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "Wget")
	if w.o.has("agent") {
		request.Header.Set("User-Agent", w.o.last("agent"))
	}
	for _, line := range w.o.values["header"] {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "host") {
			request.Host = strings.TrimSpace(value)
		}
		request.Header.Set(name, strings.TrimSpace(value))
	}
	return request, nil
}

// refused is a connection that failed, with the address that busybox names.
type refused struct {
	address string
	err     error
}

func (r *refused) Error() string { return r.err.Error() }
func (r *refused) Unwrap() error { return r.err }

func (w *wget) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addresses, err := w.p.Net.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	target := net.JoinHostPort(addresses[0], port)
	w.say("Connecting to %s (%s)\n", address, target)
	conn, err := w.p.Net.Dial(ctx, network, target)
	if err != nil {
		return nil, &refused{addresses[0], err}
	}
	return conn, nil
}

// reason turns the error of a request into busybox's words.
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
	case errors.Is(err, io.EOF):
		return errors.New("error getting response")
	}
	return err
}

// save writes the body to -O, or to the last part of the URL's path.
func (w *wget) save(response *http.Response) (err error) {
	name := w.o.last("output")
	if name == "" {
		if name = path.Base(response.Request.URL.Path); name == "/" || name == "." {
			name = "index.html"
		}
	}
	out := w.p.Stdout
	switch name {
	case "-":
		w.say("writing to stdout\n")
	case "/dev/null":
		out = io.Discard
	default:
		full := name
		if !path.IsAbs(full) {
			full = path.Join(w.p.Dir, w.o.last("prefix"), full)
		}
		file, err := w.p.Files.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return fmt.Errorf("can't open '%s': %w", name, errors.Unwrap(err))
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		out = file
		w.say("saving to '%s'\n", name)
	}
	n, err := io.Copy(out, response.Body)
	if err != nil {
		return err
	}
	bar := strings.Repeat("*", 32)
	w.say("%-20.20s 100%% |%s| %5d  0:00:00 ETA\n", name, bar, n)
	if name == "-" {
		w.say("written to stdout\n")
		return nil
	}
	w.say("'%s' saved\n", name)
	return nil
}
