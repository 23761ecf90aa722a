package prompt

import (
	"bytes"
	"io"
	"strings"
)

// ctrlC is what a terminal in raw mode sends for Ctrl-C.
const ctrlC = 3

// clearKey replaces Ctrl-C on its way to the line editor, which would end the line
// without clearing it.
const clearKey = 0x1c

// What a terminal puts around a paste, if asked to.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// source passes input from the terminal to the line editor, at most one line at a time.
// It knows which input nobody typed as an answer: what was pasted, what was there
// before the question, and what came in one burst with an earlier line.
type source struct {
	in io.Reader
	// held was read but not passed on yet; old says for each byte whether it is not an
	// answer.
	held []byte
	old  []bool
	// part may be the beginning of a mark around a paste.
	part    []byte
	pasting bool
	// early says that the end of the line passed on last was not an answer.
	early bool
	// left says that the learner pressed Ctrl-C on an empty line.
	left bool
}

// Read passes on no more than one line.
func (s *source) Read(p []byte) (int, error) {
	if s.left {
		return 0, io.EOF
	}
	for len(s.held) == 0 {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	n := lineLength(s.held[:min(len(s.held), len(p))])
	copy(p, bytes.ReplaceAll(s.held[:n], []byte{ctrlC}, []byte{clearKey}))
	ended := isLineEnd(s.held[n-1])
	s.early = ended && s.old[n-1]
	s.held, s.old = s.held[n:], s.old[n:]
	if ended {
		s.age()
	}
	return n, nil
}

// age marks everything that is held as not an answer.
func (s *source) age() {
	for i := range s.old {
		s.old[i] = true
	}
}

// fill reads once, and removes the marks around pastes. It keeps track of them here
// rather than in the line editor, which may miss what comes between two questions.
func (s *source) fill() error {
	burst := make([]byte, 4096)
	n, err := s.in.Read(burst)
	if n == 0 {
		return err
	}
	rest := append(s.part, burst[:n]...)
	s.part = nil
	for len(rest) > 0 {
		mark := pasteStart
		if s.pasting {
			mark = pasteEnd
		}
		at := bytes.Index(rest, []byte(mark))
		if at < 0 {
			at = len(rest) - begun(rest, mark)
			s.hold(rest[:at])
			s.part = bytes.Clone(rest[at:])
			return nil
		}
		s.hold(rest[:at])
		s.pasting = !s.pasting
		rest = rest[at+len(mark):]
	}
	return nil
}

// hold keeps what was read. Of a paste it keeps only text, so that a paste can't press
// keys.
func (s *source) hold(data []byte) {
	for _, b := range data {
		if s.pasting && b == '\t' {
			b = ' '
		}
		if s.pasting && b < ' ' && !isLineEnd(b) {
			continue
		}
		s.held, s.old = append(s.held, b), append(s.old, s.pasting)
	}
}

// begun is how much of mark is at the end of data.
func begun(data []byte, mark string) int {
	for n := len(mark) - 1; n > 0; n-- {
		if bytes.HasSuffix(data, []byte(mark[:n])) {
			return n
		}
	}
	return 0
}

// ask marks all input so far as typed before the question.
func (s *source) ask(in io.Reader, pending func() bool) error {
	s.in, s.left = in, false
	for len(s.held) < maxAhead && pending() {
		if err := s.fill(); err != nil {
			return err
		}
	}
	s.age()
	return nil
}

// maxAhead limits what is read ahead of a question.
const maxAhead = 64 << 10

// key waits for a key. It keeps text for the next line, because the learner has begun
// to type.
func (s *source) key(in io.Reader) error {
	s.in = in
	if s.text() {
		return nil
	}
	s.held, s.old = nil, nil
	for len(s.held) == 0 {
		if err := s.fill(); err != nil {
			return err
		}
	}
	if bytes.IndexByte(s.held, ctrlC) >= 0 {
		s.held, s.old = nil, nil
		return ErrInterrupted
	}
	if !s.text() {
		s.held, s.old = nil, nil
	}
	return nil
}

// text reports whether what is held is text, not only special keys.
func (s *source) text() bool {
	held := strings.TrimSpace(string(s.held))
	return held != "" && held[0] > ' '
}

// typed handles keys that the line editor doesn't know.
func (s *source) typed(line string, _ int, key rune) (string, int, bool) {
	if key != clearKey {
		return "", 0, false
	}
	s.left = line == ""
	return "", 0, true
}

// lineLength is the length of the first line including its end, or of everything if no
// line ends.
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
