package tty

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// Queue is input for a command: adding never waits, reading does.
type Queue struct {
	mu    sync.Mutex
	more  sync.Cond
	data  bytes.Buffer
	ended bool
}

// NewQueue returns an empty queue.
func NewQueue() *Queue {
	q := new(Queue)
	q.more.L = &q.mu
	return q
}

// Add appends input.
func (q *Queue) Add(p []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.data.Write(p)
	q.more.Broadcast()
}

// End marks the end of the input, which readers see after the rest.
func (q *Queue) End() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.more.Broadcast()
}

// Read waits for input; its only error is io.EOF.
func (q *Queue) Read(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.data.Len() == 0 {
		if q.ended {
			return 0, io.EOF
		}
		q.more.Wait()
	}
	return q.data.Read(p)
}

// rest removes and returns unread input.
func (q *Queue) rest() []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]byte(nil), q.data.Next(q.data.Len())...)
}

// lines ends the queue and returns unread input.
func (q *Queue) lines() []string {
	q.End()
	q.mu.Lock()
	defer q.mu.Unlock()
	text := q.data.String()
	q.data.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// Newlines writes "\r\n" for each "\n" that has no "\r" before it, as a
// terminal's driver does.
func Newlines(w io.Writer) io.Writer { return &newlines{w: w} }

type newlines struct {
	w    io.Writer
	last byte
}

func (n *newlines) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+8)
	for _, b := range p {
		if b == '\n' && n.last != '\r' {
			out = append(out, '\r')
		}
		out = append(out, b)
		n.last = b
	}
	if _, err := n.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}
