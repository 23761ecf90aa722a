package container

import (
	"context"
	"io"
	"io/fs"
	"syscall"
)

// life is the lifetime of a process. Everything that a killed program has open
// breaks, so that it ends at its next read or write even if it ignores its
// context: a Go function cannot be ended from outside.
type life struct{ ctx context.Context }

// errno is the error that a dead process gets.
func (l life) errno() error {
	if l.ctx != nil && l.ctx.Err() != nil {
		return syscall.EINTR
	}
	return nil
}

// check returns nil while the process lives.
func (l life) check(op, name string) error {
	if errno := l.errno(); errno != nil {
		return &fs.PathError{Op: op, Path: name, Err: errno}
	}
	return nil
}

// filesMost is how many files the programs of a container may have open. The
// machine limits how many the process of all containers may have.
const filesMost = 1024

// mortalFile is an open file of a process.
type mortalFile struct {
	File
	life
	// closed is called when the file is closed, maybe twice; it may be nil.
	closed func()
}

// Close closes the file, even for a dead process.
func (f mortalFile) Close() error {
	if f.closed != nil {
		f.closed()
	}
	return f.File.Close()
}

func (f mortalFile) Read(p []byte) (int, error) {
	if err := f.errno(); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

func (f mortalFile) Write(p []byte) (int, error) {
	if err := f.errno(); err != nil {
		return 0, err
	}
	return f.File.Write(p)
}

// mortalReader and mortalWriter are standard streams of a process.
type mortalReader struct {
	io.Reader
	life
}

func (r mortalReader) Read(p []byte) (int, error) {
	if err := r.errno(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

type mortalWriter struct {
	io.Writer
	life
}

func (w mortalWriter) Write(p []byte) (int, error) {
	if err := w.errno(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}
