package fetch

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// transfer gets one address, with all its redirects.
type transfer struct {
	*curl
	index   int
	written string

	at                         target
	method, previous           string
	started, connected, spoken time.Time
	local, remote              string
	reply                      *reply
	redirects, connects        int
	got, sent, headSize        int64
	requestSize                int64
	file, redirectURL          string
	code                       int
	message                    string
	size                       int64 // The body's length as announced, or -1.
	out                        *output
	bare                       bool // After a redirection no body is sent.
}

// run gets the address, and retries if --retry says so.
func (t *transfer) run(ctx context.Context) int {
	most, _ := strconv.Atoi(t.o.last("retry")) // it was checked
	wait := time.Second
	for try := 0; ; try++ {
		again := *t
		again.index = t.index
		code := again.once(ctx)
		if try >= most || ctx.Err() != nil || !again.transient(code) {
			again.finish()
			return code
		}
		if delay, err := t.seconds("retry-delay"); err == nil && t.o.has("retry-delay") {
			wait = delay
		}
		again.finish()
		if !t.o.has("silent") || t.o.has("show-error") && code != 0 {
			t.warnRetry(&again, code, wait, most-try)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = min(wait*2, 10*time.Minute)
	}
}

func (t *transfer) warnRetry(again *transfer, code int, wait time.Duration, left int) {
	problem := "timeout"
	switch {
	case code == 7:
		problem = "connection refused"
	case again.reply != nil && retriable(again.reply.StatusCode):
		problem = "HTTP error"
	case code != 28:
		problem = "(retrying all errors)"
	}
	unit := map[bool]string{true: "retry", false: "retries"}[left == 1]
	write(t.p.Stderr, fmt.Sprintf("Warning: Problem: %s. Will retry in %d second%s. %d %s left.\n",
		problem, int(wait.Seconds()), map[bool]string{true: "", false: "s"}[int(wait.Seconds()) == 1], left, unit))
}

// transient reports whether an error is temporary for --retry.
func (t *transfer) transient(code int) bool {
	switch {
	case !t.o.has("retry"):
		return false
	case code == 28, t.reply != nil && retriable(t.reply.StatusCode), t.o.has("retry-all-errors") && code != 0:
		return true
	}
	return code == 7 && t.o.has("retry-connrefused")
}

// fault ends a transfer with a code and its message.
func (t *transfer) fault(code int, format string, args ...any) int {
	t.code, t.message = code, fmt.Sprintf(format, args...)
	return code
}

// finish says what went wrong and writes what -w asks for.
func (t *transfer) finish() {
	if t.out != nil {
		if err := t.out.close(); err != nil && t.code == 0 {
			t.fault(23, "Failed writing body")
		}
	}
	if t.code != 0 && t.message != "" {
		t.fail(t.code, "%s", t.message)
	}
	t.writeOut()
}

// errLimit is the cause of a context that -m ended.
var errLimit = errors.New("max-time is over")

// ended reports whether the process is to end. That -m ended the transfer does not
// count.
func ended(ctx context.Context) bool {
	return ctx.Err() != nil && !errors.Is(context.Cause(ctx), errLimit)
}

// once gets the address and follows where it leads.
func (t *transfer) once(ctx context.Context) int {
	t.started, t.size = time.Now(), -1
	var err error
	if t.at, err = parseTarget(t.written, t.o.has("path-as-is")); err != nil {
		return t.fault(3, "URL rejected: %v", err)
	}
	if t.at.scheme != "http" && t.at.scheme != "https" {
		return t.fault(1, "Protocol %q not supported", t.at.scheme)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if t.limit > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, t.limit, errLimit)
		defer cancel()
	}
	most := 50
	if t.o.has("max-redirs") {
		most, _ = strconv.Atoi(t.o.last("max-redirs")) // it was checked
	}
	first := t.at
	for {
		code := t.hop(ctx, first)
		if code != 0 || t.redirectURL == "" || !t.o.has("location") {
			return code
		}
		if most >= 0 && t.redirects >= most {
			return t.fault(47, "Maximum (%d) redirects followed", most)
		}
		t.redirects++
		_ = t.reply.conn.Close() // its body is not needed
		t.previous = t.at.String()
		next, err := t.at.follow(t.reply.Header.Get("Location"), t.o.has("path-as-is"))
		if err != nil {
			return t.fault(3, "URL rejected: %v", err)
		}
		if next.scheme != "http" && next.scheme != "https" {
			return t.fault(1, "Protocol %q not supported", next.scheme)
		}
		if status := t.reply.StatusCode; (t.hasData() || t.o.has("form") || t.o.has("form-string")) && status < 304 {
			t.bare = true
		}
		t.at = next
	}
}

// hop makes one request and takes its answer.
func (t *transfer) hop(ctx context.Context, first target) int {
	request, body, code := t.request(first)
	if code != 0 {
		return code
	}
	conn, err := t.dial(ctx)
	if err != nil {
		return t.broken(ctx, err)
	}
	t.local, t.remote = conn.LocalAddr().String(), conn.RemoteAddr().String()
	t.note("%s", prefixed("> ", request))
	t.requestSize += int64(len(request))
	t.reply, err = roundTrip(ctx, conn, t.method, request, body, t.interim)
	if err != nil {
		_ = conn.Close() // it is of no use any more
		return t.broken(ctx, err)
	}
	defer func() { _ = conn.Close() }() // everything was read, or is not needed
	t.spoken = time.Now()
	t.note("%s", prefixed("< ", t.reply.head))
	t.headSize += int64(len(t.reply.head))
	t.keep(t.at, t.reply.Response)
	t.redirectURL = ""
	if location := t.reply.Header.Get("Location"); location != "" && t.reply.StatusCode/100 == 3 {
		if next, err := t.at.follow(location, t.o.has("path-as-is")); err == nil {
			t.redirectURL = next.String()
		}
	}
	return t.show(ctx)
}

func (t *transfer) interim(head string) {
	t.note("%s", prefixed("< ", head))
	t.headSize += int64(len(head))
	if t.o.has("include") || t.o.has("head") {
		write(t.p.Stdout, head)
	}
}

func prefixed(mark, text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(mark + line)
	}
	return out.String()
}
