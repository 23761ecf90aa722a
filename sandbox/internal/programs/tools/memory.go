package tools

import (
	"errors"
	"io"
)

// chunk is how many bytes a command reads at a time of what it keeps.
const chunk = 256 << 10

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
