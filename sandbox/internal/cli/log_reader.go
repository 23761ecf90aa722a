package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// logReader reads a log that is rotated when it gets long: a running sandbox
// copies it to old and empties it, a starting one renames it to old.
type logReader struct {
	path, old string
	file      *os.File
	at        int64 // how much of file was read
}

func openLog(path, old string) (*logReader, error) {
	file, err := os.Open(path)
	return &logReader{path: path, old: old, file: file}, err
}

// Close closes the file.
func (l *logReader) Close() error { return l.file.Close() }

// all copies the log, including the rotated part.
func (l *logReader) all(w io.Writer) error {
	if err := l.rest(w, 0); err != nil {
		return err
	}
	return l.more(w)
}

// more copies what was written since the last call.
func (l *logReader) more(w io.Writer) error {
	mine, err := l.file.Stat()
	if err != nil {
		return err
	}
	if mine.Size() < l.at { // It was emptied.
		if err := l.rest(w, l.at); err != nil {
			return err
		}
		if _, err := l.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		l.at = 0
	}
	n, err := io.Copy(w, l.file)
	if l.at += n; err != nil {
		return err
	}
	now, err := os.Stat(l.path)
	if err != nil || os.SameFile(mine, now) {
		return ignoreMissing(err) // A reset removes it.
	}
	next, err := os.Open(l.path)
	if err != nil {
		return ignoreMissing(err)
	}
	_ = l.file.Close()
	l.file, l.at = next, 0
	return l.more(w)
}

// rest copies the old file from an offset on.
func (l *logReader) rest(w io.Writer, from int64) error {
	old, err := os.Open(l.old)
	if err != nil {
		return ignoreMissing(err)
	}
	defer old.Close()
	if _, err := old.Seek(from, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, old)
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
