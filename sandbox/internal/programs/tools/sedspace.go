package tools

import (
	"bufio"
	"io"
	"strings"
)

// sedSource gives the lines of several files, and knows which is the last.
type sedSource struct {
	s      *sedding
	names  []string
	file   io.ReadCloser
	reader *bufio.Reader
	next   *string
	code   int
}

func (l *sedSource) fill() {
	for l.next == nil {
		if l.reader == nil {
			if len(l.names) == 0 {
				return
			}
			name := l.names[0]
			l.names = l.names[1:]
			file, err := l.s.command.open(name)
			if err != nil {
				l.code = l.s.fail("%s: %s", name, reason(err))
				continue
			}
			l.file, l.reader = file, bufio.NewReader(file)
		}
		line, err := l.s.line(l.reader, '\n')
		if line != "" {
			l.next = &line
		}
		if err != nil {
			if err = notFolder(ended(err)); err != nil {
				l.s.err = err
			}
			_ = l.file.Close() // it was only read
			l.reader = nil
		}
	}
}

// read takes the next line into the pattern space, and reports whether there is one.
func (s *sedding) read(join bool) bool {
	s.source.fill()
	if s.source.next == nil || s.err != nil {
		return false
	}
	line, whole := strings.CutSuffix(*s.source.next, "\n")
	s.source.next = nil
	s.n++
	s.whole = whole
	if join {
		line = s.space + "\n" + line
	}
	s.set(line)
	return true
}

func (s *sedding) last() bool {
	s.source.fill()
	return s.source.next == nil
}

// set changes the pattern space, which counts as memory.
func (s *sedding) set(text string) {
	s.space = text
	s.keep()
}

func (s *sedding) keep() {
	if err := s.Hold(int64(len(s.space) + len(s.held))); err != nil {
		s.err = err
	}
}

// print writes a line to a file, to the output when that is nil; a line's missing end follows once there is something behind it.
func (s *sedding) print(to io.Writer, text string, whole bool) {
	own := to == nil
	if own {
		to = s.out
	}
	if s.open && own {
		text = "\n" + text
	}
	if whole {
		text += "\n"
	}
	if own {
		s.open = !whole
	}
	if _, err := io.WriteString(to, text); err != nil {
		s.err = err
	}
}
