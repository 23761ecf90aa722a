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

// What a terminal puts around a paste, when it was asked to.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// source hands the line editor what comes from the terminal, at most one line at
// a time, and knows what of it nobody typed as an answer: what was pasted, what was
// there before the question, and what came in one burst with an earlier line.
type source struct {
	in io.Reader
	// held was read and not handed on yet; old says of each byte that it is no answer.
	held []byte
	old  []bool
	// part may be the beginning of a mark around a paste.
	part    []byte
	pasting bool
	// early says that the end of the line handed on last was no answer.
	early bool
	// left says that the learner pressed Ctrl-C on an empty line.
	left bool
}

// Read hands on no more than one line.
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

// age takes all that is held for no answer.
func (s *source) age() {
	for i := range s.old {
		s.old[i] = true
	}
}

// fill reads once, and takes out the marks around pastes. They are remembered here
// and not in the line editor, which may not see what comes between two questions.
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

// hold keeps what was read; of a paste only text, so that it presses no keys.
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

// begun is how much of mark stands at the end of data.
func begun(data []byte, mark string) int {
	for n := len(mark) - 1; n > 0; n-- {
		if bytes.HasSuffix(data, []byte(mark[:n])) {
			return n
		}
	}
	return 0
}

// ask takes what is there already as having come before the question.
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

// maxAhead bounds what is read ahead of a question.
const maxAhead = 64 << 10

// key waits for a key. Text is kept for the next line: somebody began to type.
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

// text reports that what is held is more than keys without a letter.
func (s *source) text() bool {
	held := strings.TrimSpace(string(s.held))
	return held != "" && held[0] > ' '
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
