package stream

import (
	"context"
	"io"
	"sync"
	"syscall"
)

// pipeSize is how much a pipe holds, as on Linux.
const pipeSize = 64 << 10

// pipe joins a reader and a writer.
type pipe struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced when something changed
	data    []byte
	// deaf says that there is no reader any more, mute that there is no writer.
	deaf, mute bool
}

// Pipe returns the two ends of a pipe.
func Pipe() (r, w *File) {
	p := &pipe{changed: make(chan struct{})}
	r = newFile(p, nil, func() { p.change(func() { p.deaf, p.data = true, nil }) })
	w = newFile(nil, p, func() { p.change(func() { p.mute = true }) })
	return r, w
}

func (p *pipe) change(what func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what()
	p.wake()
}

// wake wakes waiting readers and writers; p.mu is held.
func (p *pipe) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait waits until ready, with p.mu held before and after.
func (p *pipe) wait(ctx context.Context, ready func() bool) error {
	for !ready() {
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		p.mu.Lock()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (p *pipe) read(ctx context.Context, b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.wait(ctx, func() bool { return len(p.data) > 0 || p.mute || len(b) == 0 }); err != nil {
		return 0, err
	}
	if len(p.data) == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	n := copy(b, p.data)
	if p.data = p.data[n:]; len(p.data) == 0 {
		p.data = nil
	}
	p.wake()
	return n, nil
}

func (p *pipe) write(ctx context.Context, b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := 0
	for done < len(b) {
		if err := p.wait(ctx, func() bool { return len(p.data) < pipeSize || p.deaf }); err != nil {
			return done, err
		}
		if p.deaf {
			return done, syscall.EPIPE
		}
		n := min(pipeSize-len(p.data), len(b)-done)
		p.data = append(p.data, b[done:done+n]...)
		done += n
		p.wake()
	}
	return done, nil
}
