package container

import (
	"context"
	"io"
	"io/fs"
	"syscall"
)

// life is how long a process lives. A program that was killed and does not look
// at its context finds all that it has open broken, so that it ends at its next
// read or write: a Go function cannot be ended from outside.
type life struct{ ctx context.Context }

// errno is what a dead process gets.
func (l life) errno() error {
	if l.ctx != nil && l.ctx.Err() != nil {
		return syscall.EINTR
	}
	return nil
}

// check is nil while the process lives.
func (l life) check(op, name string) error {
	if errno := l.errno(); errno != nil {
		return &fs.PathError{Op: op, Path: name, Err: errno}
	}
	return nil
}

// filesMost is how many files the programs of a container may have open. The
// machine bounds how many the process of all containers may.
const filesMost = 1024

// mortalFile is an open file of a process.
type mortalFile struct {
	File
	life
	// closed says that it is open no more; it may be nil, and called twice.
	closed func()
}

// Close closes the file, of a dead process too.
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
