package redis

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// What a client may send at once. Redis allows more of each; here all pods
// share what the sandbox may use.
const (
	mostInline = 64 << 10
	mostWords  = 1 << 20
	mostBulk   = 64 << 20
)

// protocolError is Redis's error before it hangs up.
type protocolError string

func (e protocolError) Error() string { return "protocol error: " + string(e) }

// readCommand reads one command: an array of strings, or words on one line as
// typed into telnet.
func readCommand(r *bufio.Reader) ([]string, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	count, ok := strings.CutPrefix(line, "*")
	if !ok {
		words, err := split(line)
		if err != nil {
			return nil, protocolError("unbalanced quotes in request")
		}
		return words, nil
	}
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil || n > mostWords {
		return nil, protocolError("invalid multibulk length")
	}
	var words []string
	for range n {
		word, err := readBulk(r)
		if err != nil {
			return nil, err
		}
		words = append(words, word)
	}
	return words, nil
}

func readBulk(r *bufio.Reader) (string, error) {
	line, err := readLine(r)
	if err != nil {
		return "", err
	}
	length, ok := strings.CutPrefix(line, "$")
	if !ok {
		return "", protocolError(fmt.Sprintf("expected '$', got '%s'", clip(line+" ", 1)))
	}
	n, err := strconv.ParseInt(length, 10, 64)
	if err != nil || n < 0 || n > mostBulk {
		return "", protocolError("invalid bulk length")
	}
	var out strings.Builder // It grows with the data received, not with the announced size.
	if _, err := io.CopyN(&out, r, n); err != nil {
		return "", err
	}
	_, err = r.Discard(2)
	return out.String(), err
}

// readLine reads a line without its end.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			return strings.TrimRight(string(line), "\r\n"), nil
		}
		if err != bufio.ErrBufferFull { //nolint:errorlint // ReadSlice returns it as it is
			return "", err
		}
		if len(line) > mostInline {
			return "", protocolError("too big inline request")
		}
	}
}
