// Package stream has what a shell's file descriptors refer to: files, pipes and
// the streams of a container. Several descriptors, and shells, may share one.
package stream

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// File is an open file. It is closed with its last descriptor.
type File struct {
	in     source
	out    sink
	close  func()
	holder atomic.Int32
	// console is a terminal's input, which programs look for.
	console io.Reader
}

// source and sink give up when ctx is done.
type source interface {
	read(ctx context.Context, p []byte) (int, error)
}

type sink interface {
	write(ctx context.Context, p []byte) (int, error)
}

func newFile(in source, out sink, closing func()) *File {
	f := &File{in: in, out: out, close: closing}
	f.holder.Store(1)
	return f
}

// In is a container's standard input.
func In(r io.Reader) *File {
	f := newFile(&demand{from: r}, nil, nil)
	switch r.(type) {
	case *tty.Console, *tty.Queue:
		f.console = r
	}
	return f
}

// Out is a container's standard output, or its standard error.
func Out(w io.Writer) *File { return newFile(nil, plainSink{w}, nil) }

// Open is a file of the container's.
func Open(f io.ReadWriteCloser, read, write bool) *File {
	var in source
	var out sink
	if read {
		in = plainSource{f}
	}
	if write {
		out = plainSink{f}
	}
	return newFile(in, out, func() { _ = f.Close() }) // what failed to be written has said so
}

// Text is a here-document.
func Text(text string) *File { return newFile(plainSource{strings.NewReader(text)}, nil, nil) }

// Null accepts everything and returns nothing.
func Null() *File {
	return newFile(plainSource{strings.NewReader("")}, plainSink{io.Discard}, nil)
}

// Dup adds a descriptor for the file.
func (f *File) Dup() *File {
	f.holder.Add(1)
	return f
}

// Close removes a descriptor.
func (f *File) Close() {
	if f.holder.Add(-1) == 0 && f.close != nil {
		f.close()
	}
}

// Readable and Writable report what the file was opened for.
func (f *File) Readable() bool { return f.in != nil }

// Writable is like Readable.
func (f *File) Writable() bool { return f.out != nil }

// Terminal reports whether the input comes from a terminal.
func (f *File) Terminal() bool { return f.console != nil }

// Reader reads until ctx is done. A nil file has none.
func (f *File) Reader(ctx context.Context) io.Reader {
	switch {
	case f == nil:
		return reader{ctx, nil}
	case f.console != nil:
		return f.console
	}
	return reader{ctx, f.in}
}

// Read reads once, until ctx is done.
func (f *File) Read(ctx context.Context, p []byte) (int, error) {
	if f == nil {
		return 0, syscall.EBADF
	}
	return reader{ctx, f.in}.Read(p)
}

// Writer writes until ctx is done; broken is called when there is no reader any
// more. A nil file accepts nothing.
func (f *File) Writer(ctx context.Context, broken func()) io.Writer {
	if f == nil {
		return writer{ctx, nil, broken}
	}
	return writer{ctx, f.out, broken}
}

type reader struct {
	ctx context.Context //nolint:containedctx // a process reads with its own life
	in  source
}

func (r reader) Read(p []byte) (int, error) {
	if r.in == nil {
		return 0, syscall.EBADF
	}
	return r.in.read(r.ctx, p)
}

type writer struct {
	ctx    context.Context //nolint:containedctx // as above
	out    sink
	broken func()
}

func (w writer) Write(p []byte) (int, error) {
	if w.out == nil {
		return 0, syscall.EBADF
	}
	n, err := w.out.write(w.ctx, p)
	if err == syscall.EPIPE && w.broken != nil { //nolint:errorlint // it is pipe's own
		w.broken()
	}
	return n, err
}

// plainSource and plainSink are what never waits long.
type plainSource struct{ io.Reader }

func (r plainSource) read(_ context.Context, p []byte) (int, error) { return r.Read(p) }

type plainSink struct{ io.Writer }

func (w plainSink) write(_ context.Context, p []byte) (int, error) { return w.Write(p) }

// demand reads from a source whose reads cannot be canceled, only as much as
// requested: input that arrives after the reader gave up is kept for the next
// one.
type demand struct {
	from io.Reader

	mu      sync.Mutex
	changed chan struct{}
	reading bool
	data    []byte
	err     error
}

func (d *demand) read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		d.mu.Lock()
		if len(d.data) > 0 {
			n := copy(p, d.data)
			d.data = d.data[n:]
			d.mu.Unlock()
			return n, nil
		}
		if d.err != nil {
			defer d.mu.Unlock()
			return 0, d.err
		}
		if !d.reading {
			d.reading, d.changed = true, make(chan struct{})
			go d.fetch(min(len(p), 32<<10))
		}
		changed := d.changed
		d.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (d *demand) fetch(n int) {
	p := make([]byte, n)
	n, err := d.from.Read(p)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.data, d.err, d.reading = p[:n], err, false
	close(d.changed)
}
