package tools

import (
	"errors"
	"io"
)

// mostText is how many bytes a command keeps of what it reads whole. All pods
// share what the sandbox may use.
const mostText = 64 << 20

// errMemory is what a command says that would keep more, in busybox's words.
var errMemory = errors.New("out of memory")

// readWhole reads to the end, and gives up on what is too long to keep.
func readWhole(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostText+1))
	if err == nil && len(text) > mostText {
		return nil, errMemory
	}
	return text, err
}
