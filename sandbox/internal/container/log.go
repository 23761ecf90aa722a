package container

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

// How large a log grows before it is rotated, and how many files a log has at
// most: the kubelet's defaults of containerLogMaxSize and containerLogMaxFiles.
const (
	logLimit = 10 << 20
	logFiles = 5
)

// A kubelet checks the size of a log every logPause, so that followers are never
// two files behind. A program that prints faster than that gets logBurst times
// the size before its log is rotated anyway.
const (
	logPause = 10 * time.Second
	logBurst = 4
)

// lineLimit is where a runtime breaks a line into parts.
const lineLimit = 16 << 10

// Log keeps what a container prints, as lines of the container runtime
// interface's format: time, stream, "F" for a whole line or "P" for a part, text.
type Log struct {
	// Disk counts what is written, which the log itself limits; nil counts nothing.
	// Set it before using the log.
	Disk *Disk
	path string

	mu     sync.Mutex
	file   *os.File // nil if the file could not be opened
	closed bool
	size   int64
	most   int64
	pause  time.Duration
	aged   time.Time // when a file was last rotated
}

// NewLog starts a log file, readable by its owner only.
func NewLog(path string) (*Log, error) {
	l := &Log{path: path, most: logLimit, pause: logPause, aged: time.Now()}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("failed to open log: %w", err)
	}
	return l, nil
}

func (l *Log) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.file, l.size = f, info.Size()
	return nil
}

// line writes one line or part of a line.
func (l *Log) line(stream string, text []byte, whole bool) error {
	tag := byte('P')
	if whole {
		tag = 'F'
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return os.ErrClosed
	}
	if l.size > l.most && (time.Since(l.aged) >= l.pause || l.size > logBurst*l.most) {
		l.rotate()
	}
	if l.file == nil {
		if err := l.open(); err != nil {
			return fmt.Errorf("failed to open log: %w", err)
		}
	}
	entry := fmt.Appendf(nil, "%s %s %c %s\n", time.Now().Format(time.RFC3339Nano), stream, tag, text)
	if err := l.Disk.note(int64(len(entry))); err != nil {
		return err
	}
	n, err := l.file.Write(entry)
	if err != nil && n > 0 { // Half a line would corrupt the next.
		err = errors.Join(err, l.file.Truncate(l.size))
		return err
	}
	l.size += int64(n)
	return err
}

// rotate renames the full file: the newest old one is "….1". Followers continue
// with the new file, as kubectl's reader does. If that fails, the log continues
// in its current file.
func (l *Log) rotate() {
	_ = l.file.Close() // Windows doesn't move open files.
	l.file, l.aged = nil, time.Now()
	for i := logFiles - 2; i >= 0; i-- {
		if os.Rename(l.aside(i), l.aside(i+1)) != nil && i == 0 {
			return
		}
	}
	l.Disk.freed()
}

// aside is the ith rotated file; the 0th is the log itself.
func (l *Log) aside(i int) string {
	if i == 0 {
		return l.path
	}
	return l.path + "." + strconv.Itoa(i)
}

// Close ends the log; what is printed later is dropped.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
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

// LogStream writes one of a container's output streams to the log.
type LogStream struct {
	log  *Log
	name string

	mu   sync.Mutex
	rest []byte
}

// Write never fails: a program doesn't notice that its log is full or gone.
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

// Close writes an unfinished last line.
func (s *LogStream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rest) > 0 {
		_ = s.log.line(s.name, s.rest, false)
		s.rest = nil
	}
	return nil
}
