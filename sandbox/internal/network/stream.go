package network

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// streamLimit is how many bytes one direction buffers before a writer waits,
// like a kernel's socket buffers.
const streamLimit = 256 << 10

// stream is one direction of a connection: a bounded buffer of bytes with a
// reader and a writer, each with its own deadline.
type stream struct {
	mu    sync.Mutex
	wake  *sync.Cond
	bytes []byte
	// eof: the writer is done. gone: the reader is done. reset: the connection
	// was torn down, which is errno to both.
	eof, gone bool
	reset     error
	read      deadline
	write     deadline
}

func newStream() *stream {
	s := &stream{}
	s.wake = sync.NewCond(&s.mu)
	return s
}

// Read reads what is available, at most len(p) bytes, and waits if there is
// nothing.
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.gone:
			return 0, net.ErrClosed
		case s.reset != nil:
			return 0, os.NewSyscallError("read", s.reset)
		case s.read.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case len(s.bytes) > 0:
			return s.take(p), nil
		case s.eof:
			return 0, io.EOF
		}
		s.wake.Wait()
	}
}

func (s *stream) take(p []byte) int {
	n := copy(p, s.bytes)
	s.bytes = s.bytes[n:]
	if len(s.bytes) == 0 {
		s.bytes = nil // An idle connection uses no memory.
	}
	s.wake.Broadcast()
	return n
}

// Write puts all of p into the buffer and waits while it is full.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	written := 0
	for {
		switch {
		case s.eof:
			return written, net.ErrClosed
		case s.reset != nil:
			return written, os.NewSyscallError("write", s.reset)
		case s.gone:
			return written, os.NewSyscallError("write", syscall.EPIPE)
		case s.write.passed:
			return written, os.ErrDeadlineExceeded
		case written == len(p):
			return written, nil
		}
		if room := min(streamLimit-len(s.bytes), len(p)-written); room > 0 {
			s.bytes = append(s.bytes, p[written:written+room]...)
			written += room
			s.wake.Broadcast()
			continue
		}
		s.wake.Wait()
	}
}

// change changes the stream's state and wakes its readers and writers.
func (s *stream) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.wake.Broadcast()
}

func (s *stream) closeWrite() { s.change(func() { s.eof = true }) }

func (s *stream) closeRead() { s.change(func() { s.gone, s.bytes = true, nil }) }

func (s *stream) abort(errno error) {
	s.change(func() {
		if s.reset == nil {
			s.reset, s.bytes = errno, nil
		}
	})
}

// deadline is a point in time for one side of a stream; the stream's lock
// guards it.
type deadline struct {
	timer  *time.Timer
	passed bool
	// turn shows a timer that fires late that it was replaced.
	turn int
}

// setDeadline arms d, which is one of the stream's own, for t; zero is never.
func (s *stream) setDeadline(d *deadline, t time.Time) {
	s.change(func() {
		if d.timer != nil {
			d.timer.Stop()
		}
		d.turn++
		turn := d.turn
		d.passed = !t.IsZero() && !t.After(time.Now())
		if t.IsZero() || d.passed {
			return
		}
		d.timer = time.AfterFunc(time.Until(t), func() {
			s.change(func() { d.passed = d.passed || d.turn == turn })
		})
	})
}
