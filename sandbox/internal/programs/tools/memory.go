package tools

import (
	"bufio"
	"errors"
	"io"
)

// chunk is how many bytes a command reads at a time of what it keeps.
const chunk = 256 << 10

// readLine reads up to the end of a line, which it keeps no longer than until the
// next.
func (c *command) readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
		if full := c.Hold(c.kept + int64(len(line))); full != nil {
			return "", full
		}
	}
}

// readWhole reads to the end and keeps it all. What is kept counts as the
// container's memory; in a container that may not hold so much the command is
// killed.
func (c *command) readWhole(r io.Reader) ([]byte, error) {
	var text []byte
	part := make([]byte, chunk)
	for {
		n, err := r.Read(part)
		text = append(text, part[:n]...)
		c.kept += int64(n)
		if full := c.Hold(c.kept); full != nil {
			return nil, full
		}
		if errors.Is(err, io.EOF) {
			return text, nil
		}
		if err != nil {
			return text, err
		}
	}
}
