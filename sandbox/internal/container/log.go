package container

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"time"
)

// How large a log grows before it is set aside, and how many files of a log
// there are at most: the kubelet's defaults of containerLogMaxSize and
// containerLogMaxFiles.
const (
	logLimit = 10 << 20
	logFiles = 5
)

// lineLimit is where a runtime breaks a line into parts.
const lineLimit = 16 << 10

// Log keeps what a container prints, as lines of the container runtime
// interface's format: time, stream, "F" for a whole line or "P" for a part, text.
type Log struct {
	path string

	mu   sync.Mutex
	file *os.File
	size int64
	most int64
}

// NewLog starts a log file, readable by its owner only.
func NewLog(path string) (*Log, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("failed to open log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("failed to open log: %w", err)
	}
	return &Log{path: path, file: f, size: info.Size(), most: logLimit}, nil
}

// line writes one line or part of a line.
func (l *Log) line(stream string, text []byte, whole bool) error {
	tag := byte('P')
	if whole {
		tag = 'F'
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return os.ErrClosed
	}
	if l.size > l.most {
		if err := l.rotate(); err != nil {
			return err
		}
	}
	n, err := fmt.Fprintf(l.file, "%s %s %c %s\n", time.Now().Format(time.RFC3339Nano), stream, tag, text)
	l.size += int64(n)
	return err
}

// rotate sets the full file aside: the newest one set aside is "….1". Who
// follows the log goes on with the new file, as kubectl's reader does.
func (l *Log) rotate() error {
	_ = l.file.Close()
	l.file = nil
	for i := logFiles - 2; i > 0; i-- {
		err := os.Rename(l.aside(i), l.aside(i+1))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("failed to rotate log: %w", err)
		}
	}
	if err := os.Rename(l.path, l.aside(1)); err != nil {
		return fmt.Errorf("failed to rotate log: %w", err)
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("failed to rotate log: %w", err)
	}
	l.file, l.size = f, 0
	return nil
}

func (l *Log) aside(i int) string { return l.path + "." + strconv.Itoa(i) }

// Close ends the log; what is printed later is dropped.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// Stream returns a writer that cuts what it gets into lines of a stream
// ("stdout", "stderr"). Close it to write an unfinished last line.
func (l *Log) Stream(name string) *LogStream { return &LogStream{log: l, name: name} }

// LogStream is one of a container's output streams on its way to the log.
type LogStream struct {
	log  *Log
	name string

	mu   sync.Mutex
	rest []byte
}

// Write never fails: a program does not notice that its log is full or gone.
func (s *LogStream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rest = append(s.rest, p...)
	for {
		end := bytes.IndexByte(s.rest, '\n')
		switch {
		case end >= 0:
			_ = s.log.line(s.name, s.rest[:end], true)
			s.rest = s.rest[end+1:]
		case len(s.rest) >= lineLimit:
			_ = s.log.line(s.name, s.rest[:lineLimit], false)
			s.rest = s.rest[lineLimit:]
		default:
			s.rest = append([]byte(nil), s.rest...)
			return len(p), nil
		}
	}
}

// Close writes what stands without an end of line.
func (s *LogStream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rest) > 0 {
		_ = s.log.line(s.name, s.rest, false)
		s.rest = nil
	}
	return nil
}
