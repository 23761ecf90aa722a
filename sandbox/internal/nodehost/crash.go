package nodehost

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Crash is an unexpected end of the nodes' process.
type Crash struct {
	// Why is the reason, in one line.
	Why string
	// Memory says that the process used more memory than allowed.
	Memory bool
	// Culprit is the container whose program caused it, as "namespace/pod/container",
	// UID its pod's; "" if unknown.
	Culprit, UID string
	// Hold is how long that pod is held back; zero for none.
	Hold time.Duration
}

// traceKept is how many bytes of a process's last output are kept. A crash says
// why in its first lines.
const traceKept = 64 << 10

// trace passes on a process's output, and keeps the last part.
type trace struct {
	to   io.Writer
	mu   sync.Mutex
	kept []byte
}

func newTrace(to io.Writer) *trace { return &trace{to: to} }

// Write passes on and keeps.
func (t *trace) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - traceKept; over > 0 {
		// The beginning of a crash is more useful than its end.
		if i := crashAt(t.kept); i >= 0 && i < over {
			t.kept = append(t.kept[i:i+min(traceKept/2, len(t.kept)-i)], t.kept[len(t.kept)-traceKept/2:]...)
		} else {
			t.kept = bytes.Clone(t.kept[over:])
		}
	}
	return t.to.Write(p)
}

func (t *trace) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}

var (
	crashStart = regexp.MustCompile(`(?m)^(panic: |fatal error: |runtime: goroutine stack exceeds|unexpected fault |SIG[A-Z]+: )`)
	labelled   = regexp.MustCompile(`(?m)^goroutine \d+ .*labels:\{(.*)\}\]:$`)
	label      = regexp.MustCompile(`"?([a-z]+)"?: "?([^",}]*)"?`)
)

func crashAt(text []byte) int {
	if at := crashStart.FindIndex(text); at != nil {
		return at[0]
	}
	return -1
}

// crashOf finds out why a process ended, from its exit status and its last
// output.
func crashOf(err error, said string) Crash {
	c := Crash{Why: "it exited"}
	if err != nil {
		c.Why = err.Error()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		c.Memory = exit.ExitCode() == ExitMemory
		if status, ok := exit.Sys().(syscall.WaitStatus); ok {
			c.Memory = c.Memory || killed(status)
		}
	}
	at := crashAt([]byte(said))
	if at < 0 {
		if c.Memory {
			c.Why = "it used more memory than allowed"
		}
		return c
	}
	said = said[at:]
	first, _, _ := strings.Cut(said, "\n")
	c.Why = first
	if strings.HasPrefix(first, "runtime: goroutine stack exceeds") {
		c.Why = "stack overflow"
	}
	if strings.Contains(first, "out of memory") || strings.Contains(first, "cannot allocate memory") {
		c.Memory, c.Why = true, "it used more memory than allowed"
	}
	c.Culprit, c.UID = culprit(said)
	return c
}

// culprit returns the container of the first labelled goroutine in a trace: the
// one that crashed comes first.
func culprit(trace string) (name, uid string) {
	head := trace
	if i := strings.Index(trace, "\n\ngoroutine "); i >= 0 { // other goroutines follow
		if j := strings.Index(trace[i+2:], "\n\n"); j >= 0 {
			head = trace[:i+2+j]
		}
	}
	m := labelled.FindStringSubmatch(head)
	if m == nil {
		return "", ""
	}
	got := map[string]string{}
	for _, l := range label.FindAllStringSubmatch(m[1], -1) {
		got[l[1]] = l[2]
	}
	if got["pod"] == "" {
		return "", ""
	}
	return fmt.Sprintf("%s/%s", got["pod"], got["container"]), got["uid"]
}
