package tty

import (
	"context"
	"errors"
	"io"
	"sync"
)

// Size is a terminal's size in characters.
type Size struct{ Columns, Rows int }

// Console is the input of a process on a terminal. Like a terminal driver, it
// edits lines, echoes them and turns Ctrl-C into a signal, until a program asks
// for the raw keys.
type Console struct {
	interrupt func(quit bool)
	keys      *Terminal
	lines     *Queue
	raw       *Queue

	mu   sync.Mutex
	asIs bool
	size Size
}

// NewConsole reads keys from in until it ends, and echoes to out. It calls
// interrupt for Ctrl-C, and with quit for Ctrl-\.
func NewConsole(in io.Reader, out io.Writer, interrupt func(quit bool)) *Console {
	c := &Console{interrupt: interrupt, keys: &Terminal{out: out}, lines: NewQueue(), raw: NewQueue()}
	go c.read(in)
	return c
}

func (c *Console) read(in io.Reader) {
	buf := make([]byte, 1024)
	for {
		n, err := in.Read(buf)
		c.take(buf[:n])
		if err != nil {
			c.lines.End()
			c.raw.End()
			return
		}
	}
}

func (c *Console) take(keys []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		if c.asIs {
			c.raw.Add([]byte{key})
			continue
		}
		c.cook(key)
	}
}

// cook takes one key of a line; c.mu is held.
func (c *Console) cook(key byte) {
	if key == ctrlBackslash {
		c.keys.echo("^\\\n")
		c.keys.line = line{}
		go c.interrupt(true)
		return
	}
	done, err := c.keys.key(&c.keys.line, key)
	text := c.keys.line.text
	if done {
		c.keys.line = line{}
	}
	switch {
	case errors.Is(err, ErrInterrupt):
		go c.interrupt(false)
	case errors.Is(err, io.EOF):
		c.lines.End()
	case done:
		c.lines.Add(append(text, '\n'))
	}
}

// Read gives whole lines.
func (c *Console) Read(p []byte) (int, error) { return c.lines.Read(p) }

// Raw switches to raw keys, starting with unread input.
func (c *Console) Raw() io.Reader {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asIs {
		c.asIs = true
		c.raw.Add(c.lines.rest())
		c.raw.Add(c.keys.line.text)
		c.keys.line = line{}
	}
	return rawKeys{c.raw}
}

// rawKeys is not a Queue, because its input was not echoed.
type rawKeys struct{ q *Queue }

func (r rawKeys) Read(p []byte) (int, error) { return r.q.Read(p) }

// Size returns the terminal's size, 80 by 24 by default.
func (c *Console) Size() Size {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size == (Size{}) {
		return Size{80, 24}
	}
	return c.size
}

// Follow applies size changes until ctx is done.
func (c *Console) Follow(ctx context.Context, sizes <-chan Size) {
	for {
		select {
		case size := <-sizes:
			c.mu.Lock()
			c.size = size
			c.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}
