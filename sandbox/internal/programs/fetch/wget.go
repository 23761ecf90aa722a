package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func wgetNames() map[string]string {
	return map[string]string{
		"-q": "quiet", "--quiet": "quiet", "-O": "output", "--output-document": "output", "-T": "timeout", "--timeout": "timeout",
		"-S": "headers", "--server-response": "headers", "--header": "header", "--post-data": "post", "--spider": "spider",
		"-U": "agent", "--user-agent": "agent", "-c": "continue", "--continue": "continue", "--no-check-certificate": "insecure",
		"-P": "prefix", "--directory-prefix": "prefix", "-Y": "proxy", "--proxy": "proxy", "-o": "log", "--output-file": "log", "--post-file": "post-file",
	}
}

const wgetUsage = `BusyBox v1.37.0 multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...

Retrieve files via HTTP or FTP

	--spider	Only check URL existence: $? is 0 if exists
	--header STR	Add STR (of form 'header: value') to headers
	--post-data STR	Send STR using POST method
	--post-file FILE	Send FILE using POST method
	--no-check-certificate	Don't validate the server's certificate
	-c		Continue retrieval of aborted transfer
	-q		Quiet
	-P DIR		Save to DIR (default .)
	-S    		Show server response
	-T SEC		Network read timeout is SEC seconds
	-O FILE		Save to FILE ('-' for stdout)
	-o LOGFILE	Log messages to FILE
	-U STR		Use STR for User-Agent header
	-Y on/off	Use proxy
`

// Wget is busybox's, for http and https.
func Wget(ctx context.Context, p *container.Process) int {
	o, err := parse(p.Args[1:], wgetNames(), "output timeout header post agent prefix proxy log post-file")
	if err != nil || len(o.rest) == 0 {
		write(p.Stderr, misused(err)+wgetUsage)
		return 1
	}
	for _, name := range []string{"continue", "log"} {
		if o.has(name) {
			write(p.Stderr, "wget: -"+name[:1]+" is not supported by the sandbox\n")
			return 1
		}
	}
	w := &wget{p: p, o: o, limit: 900 * time.Second}
	if o.has("timeout") {
		seconds, err := strconv.ParseFloat(o.last("timeout"), 64)
		if err != nil || seconds < 0 {
			write(p.Stderr, "wget: invalid number '"+o.last("timeout")+"'\n")
			return 1
		}
		w.limit = time.Duration(seconds * float64(time.Second))
	}
	for _, target := range o.rest {
		if err := w.get(ctx, target); err != nil {
			write(p.Stderr, "wget: "+err.Error()+"\n")
			return 1
		}
	}
	return 0
}

// misused says which option was wrong.
func misused(err error) string {
	u, ok := errors.AsType[*usage](err)
	if !ok {
		return ""
	}
	name := strings.TrimLeft(u.option, "-")
	switch long := strings.HasPrefix(u.option, "--"); {
	case u.missing && long:
		return "wget: option requires an argument: " + name + "\n"
	case u.missing:
		return "wget: option requires an argument: " + name + "\n"
	}
	return "wget: unrecognized option: " + name + "\n"
}

type wget struct {
	p     *container.Process
	o     options
	limit time.Duration
}

// say writes messages, unless -q is given.
func (w *wget) say(format string, args ...any) {
	if !w.o.has("quiet") {
		write(w.p.Stderr, fmt.Sprintf(format, args...))
	}
}

// mostRedirects is how many redirects busybox follows.
const mostRedirects = 5

func (w *wget) get(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, w.limit)
	defer cancel()
	at, err := w.target(text)
	if err != nil {
		return err
	}
	first := at
	quiet := false
	for redirects := 0; ; redirects++ {
		reply, err := w.ask(ctx, at, first, quiet)
		if err != nil {
			return err
		}
		lines := strings.Split(strings.TrimRight(reply.head, "\r\n"), "\r\n")
		good := reply.StatusCode/100 == 2 || reply.StatusCode/100 == 3
		switch {
		case w.o.has("headers") && good:
			write(w.p.Stderr, "  "+strings.Join(lines, "\n  ")+"\n  \n")
		case w.o.has("headers"):
			write(w.p.Stderr, "  "+lines[0]+"\n")
		}
		switch location := reply.Header.Get("Location"); {
		case reply.StatusCode/100 == 3 && location != "" && reply.StatusCode != http.StatusNotModified:
			_ = reply.conn.Close() // its body is not wanted
			if redirects == mostRedirects {
				return errors.New("too many redirections")
			}
			// For the same server busybox does not report another connection.
			quiet = strings.HasPrefix(location, "/")
			if at, err = w.next(at, location); err != nil {
				return err
			}
			continue
		case reply.StatusCode/100 != 2:
			_ = reply.conn.Close() // as above
			return fmt.Errorf("server returned error: %s", lines[0])
		}
		defer func() { _ = reply.conn.Close() }() // all was read
		if w.o.has("spider") {
			w.say("remote file exists\n")
			return nil
		}
		return w.save(ctx, at, reply)
	}
}

func (w *wget) target(text string) (target, error) {
	if scheme, _, ok := strings.Cut(text, "://"); ok && scheme != "http" && scheme != "https" {
		if scheme == "ftp" || scheme == "ftps" {
			return target{}, errors.New("ftp is not supported by the sandbox")
		}
		return target{}, fmt.Errorf("not an http or ftp url: %s", text)
	}
	at, err := parseRaw(text)
	if err != nil {
		return at, fmt.Errorf("bad address '%s'", at.host)
	}
	return at, nil
}

func (w *wget) next(at target, location string) (target, error) {
	if strings.HasPrefix(location, "/") {
		at.path = location
		return at, nil
	}
	return w.target(location)
}

// ask makes one request.
func (w *wget) ask(ctx context.Context, at, first target, quiet bool) (*reply, error) {
	addresses, err := w.p.Net.LookupHost(ctx, at.host)
	if err != nil {
		return nil, w.reason(ctx, &net.DNSError{Name: at.host, IsNotFound: true})
	}
	if !quiet {
		w.say("Connecting to %s (%s)\n", at.shown(), net.JoinHostPort(addresses[0], at.port))
	}
	conn, err := w.p.Net.Dial(ctx, "tcp", net.JoinHostPort(addresses[0], at.port))
	if err != nil {
		return nil, w.reason(ctx, &refused{addresses[0], err})
	}
	if at.scheme == "https" {
		// busybox does not verify certificates (it has no list of authorities).
		w.say("wget: note: TLS certificate validation not implemented\n")
		secure := tls.Client(conn, &tls.Config{ServerName: at.host, InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}) //nolint:gosec // as busybox does
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close() // it is of no use any more
			return nil, errors.New("TLS error from peer (alert code 40): handshake failure")
		}
		conn = secure
	}
	method, request, err := w.request(at, first)
	if err != nil {
		return nil, err
	}
	reply, err := roundTrip(ctx, conn, method, request, nil, func(string) {})
	if err != nil {
		_ = conn.Close() // it is of no use any more
		return nil, w.reason(ctx, err)
	}
	return reply, nil
}

// refused is a connection that failed, with the address that busybox names.
type refused struct {
	address string
	err     error
}

func (r *refused) Error() string { return r.err.Error() }
func (r *refused) Unwrap() error { return r.err }

func (w *wget) path(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(w.p.Dir, name)
}
