// Package imagetest runs the programs of the lesson images in tests, on loopback
// ports of the machine's choice.
package imagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/images/service"
)

// Behaviour is a program.
type Behaviour func(context.Context, service.World) int

// Running is a program that was started.
type Running struct {
	// Exit gets the exit code, or -1 when the program panics; Panic then holds
	// what it panicked with.
	Exit  chan int
	Panic any
	// Out is what it wrote, on stdout and stderr.
	Out *Buffer

	stop   chan struct{}
	listen chan string
	url    string
}

// Start runs a program that is to listen on address, with the rest of w as it
// is. It may not listen yet; Await says when it does.
func Start(t *testing.T, run Behaviour, address string, w service.World) *Running {
	t.Helper()
	r := &Running{Exit: make(chan int, 1), Out: &Buffer{}, stop: make(chan struct{}), listen: make(chan string, 1)}
	w.Listen = func(network, got string) (net.Listener, error) {
		if got != address {
			return nil, fmt.Errorf("listens on %s", got)
		}
		l, err := new(net.ListenConfig).Listen(t.Context(), network, "127.0.0.1:0")
		if err == nil {
			r.listen <- "http://" + l.Addr().String()
		}
		return l, err
	}
	w.Stop, w.Stdout, w.Stderr = r.stop, r.Out, r.Out
	gone := make(chan struct{})
	ctx := t.Context()
	go func() {
		defer close(gone)
		defer func() {
			if r.Panic = recover(); r.Panic != nil {
				r.Exit <- -1
			}
		}()
		r.Exit <- run(ctx, w)
	}()
	t.Cleanup(func() { <-gone })
	return r
}

// Stop asks the program to end.
func (r *Running) Stop() { close(r.stop) }

// Await returns the program's URL once it listens. It fails when the program
// ends before.
func (r *Running) Await(t *testing.T) string {
	t.Helper()
	if r.url == "" {
		select {
		case r.url = <-r.listen:
		case code := <-r.Exit:
			t.Fatalf("ended with %d:\n%s", code, r.Out)
		}
	}
	return r.url
}

// AwaitText returns once the program wrote the text.
func (r *Running) AwaitText(t *testing.T, text string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for tick := time.NewTicker(5 * time.Millisecond); !strings.Contains(r.Out.String(), text); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("it did not write %q but:\n%s", text, r.Out)
		}
	}
}

// Get asks for a path, with headers as name and value by turns.
func (r *Running) Get(t *testing.T, path string, header ...string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.Await(t)+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%v; the program wrote:\n%s", err, r.Out)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

// Buffer may be read while the program writes.
type Buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write appends.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String is what was written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
