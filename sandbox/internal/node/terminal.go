package node

import (
	"bytes"
	"io"
)

// terminal turns line ends into those of a terminal, as a pty does for a
// program that knows nothing of it.
type terminal struct{ to io.Writer }

func (t terminal) Write(p []byte) (int, error) {
	if t.to == nil {
		return len(p), nil
	}
	lines := bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	if _, err := t.to.Write(lines); err != nil {
		return 0, err
	}
	return len(p), nil
}
