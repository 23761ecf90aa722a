package prompt

import (
	"bytes"
	"io"
	"strings"
)

// ctrlC is what a terminal in raw mode sends for it.
const ctrlC = 3

// clearKey takes the place of Ctrl-C on its way to the line editor, which would
// give up the line without forgetting it.
const clearKey = 0x1c

// source hands the line editor what comes from the terminal, at most one line at
// a time, and knows which of it was there before the question was asked. Nobody
// answers a question by that: it is the rest of a paste, or a key pressed while a
// command ran.
type source struct {
	in io.Reader
	// held was read and not handed on yet; the first stale bytes of it came before
	// the question, or in one burst with the end of an earlier line.
	held  []byte
	stale int
	// early says that the end of the line handed on last was stale.
	early bool
	// left says that the learner pressed Ctrl-C on an empty line.
	left bool
}

// Read hands on no more than one line.
func (s *source) Read(p []byte) (int, error) {
	if s.left {
		return 0, io.EOF
	}
	if len(s.held) == 0 {
		if err := s.fill(); err != nil {
			return 0, err
		}
		s.stale = 0
	}
	n := lineLength(s.held[:min(len(s.held), len(p))])
	copy(p, bytes.ReplaceAll(s.held[:n], []byte{ctrlC}, []byte{clearKey}))
	ended := n > 0 && isLineEnd(s.held[n-1])
	s.early = ended && s.stale >= n
	s.held, s.stale = s.held[n:], max(0, s.stale-n)
	if ended {
		s.stale = len(s.held)
	}
	return n, nil
}

// fill reads once.
func (s *source) fill() error {
	burst := make([]byte, 4096)
	n, err := s.in.Read(burst)
	s.held = append(s.held, burst[:n]...)
	if n > 0 {
		return nil
	}
	return err
}

// ask takes what is there already as having come before the question.
func (s *source) ask(in io.Reader, pending func() bool) error {
	s.in, s.left = in, false
	for len(s.held) < maxAhead && pending() {
		if err := s.fill(); err != nil {
			return err
		}
	}
	s.stale = len(s.held)
	return nil
}

// maxAhead bounds what is read ahead of a question.
const maxAhead = 64 << 10

// key waits for a key. Text is kept for the next line: somebody began to type.
func (s *source) key(in io.Reader) error {
	s.in = in
	if s.text() {
		return nil
	}
	s.held = nil
	if err := s.fill(); err != nil {
		return err
	}
	if bytes.IndexByte(s.held, ctrlC) >= 0 {
		s.held = nil
		return ErrInterrupted
	}
	if !s.text() {
		s.held = nil
	}
	return nil
}

// text reports that what is held is more than keys without a letter.
func (s *source) text() bool {
	return strings.TrimSpace(string(s.held)) != "" && s.held[0] >= ' '
}

// typed is called by the line editor for keys that it does not know.
func (s *source) typed(line string, _ int, key rune) (string, int, bool) {
	if key != clearKey {
		return "", 0, false
	}
	s.left = line == ""
	return "", 0, true
}

// lineLength is the length of the first line with its end, or of all.
func lineLength(b []byte) int {
	at := bytes.IndexAny(b, "\r\n")
	switch {
	case at < 0:
		return len(b)
	case b[at] == '\r' && at+1 < len(b) && b[at+1] == '\n':
		return at + 2
	}
	return at + 1
}

func isLineEnd(b byte) bool { return b == '\r' || b == '\n' }
