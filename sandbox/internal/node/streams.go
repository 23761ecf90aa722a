package node

import (
	"context"
	"io"
	"sync"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// fanOut copies a container's output to all attached clients.
type fanOut struct {
	mu   sync.Mutex
	taps map[*tap]struct{}
}

type tap struct{ out, errs io.Writer }

func (f *fanOut) add(t *tap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taps == nil {
		f.taps = map[*tap]struct{}{}
	}
	f.taps[t] = struct{}{}
}

func (f *fanOut) drop(t *tap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.taps, t)
}

func (f *fanOut) stream(stderr bool) io.Writer { return fanWriter{f, stderr} }

type fanWriter struct {
	fan    *fanOut
	stderr bool
}

// Write never fails: a broken attachment must not affect the program.
func (w fanWriter) Write(p []byte) (int, error) {
	w.fan.mu.Lock()
	defer w.fan.mu.Unlock()
	for t := range w.fan.taps {
		to := t.out
		if w.stderr && t.errs != nil {
			to = t.errs
		}
		if to == nil {
			continue
		}
		if _, err := to.Write(p); err != nil {
			delete(w.fan.taps, t)
		}
	}
	return len(p), nil
}

// inlet is a container's standard input: what attached clients send, one after
// another.
type inlet struct {
	*io.PipeReader
	pipe *io.PipeWriter
	once bool
}

func newInlet(once bool) *inlet {
	r, w := io.Pipe()
	return &inlet{PipeReader: r, pipe: w, once: once}
}

// feed passes on what a client sends; with stdinOnce the client's end closes
// the input.
func (i *inlet) feed(from io.Reader) {
	_, _ = io.Copy(i.pipe, from)
	if i.once {
		_ = i.pipe.Close()
	}
}

// resize passes the sizes of an attached terminal to the container's own until
// ctx is done.
func (u *unit) resize(ctx context.Context, from <-chan tty.Size) {
	for {
		select {
		case size := <-from:
			select {
			case u.sizes <- size:
			case <-ctx.Done():
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
