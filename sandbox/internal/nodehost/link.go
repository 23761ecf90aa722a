package nodehost

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// helloLimit is how long a connection to the link may take to send its hello,
// and how many bytes that may have.
const (
	helloLimit = 10 * time.Second
	helloBytes = 4 << 10
)

// hello opens a connection of the link and names its target.
type hello struct {
	Network string `json:"network"`
	Address string `json:"address"`
}

// answer says whether the target was reached. Without an error the connection's
// bytes follow.
type answer struct {
	Error string `json:"error,omitempty"`
	// Errno is the error number, as an index into errnos.
	Errno int `json:"errno,omitempty"`
	// Timeout says that the target did not answer in time.
	Timeout bool `json:"timeout,omitempty"`
}

// errnos are those that the network returns. Their values differ between
// operating systems; their indexes here do not.
func errnos() []syscall.Errno {
	return []syscall.Errno{
		0, syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.ETIMEDOUT, syscall.ECONNRESET, syscall.ENETDOWN,
	}
}

// dialError is a network error from the other side of the link.
type dialError struct {
	text    string
	errno   syscall.Errno
	timeout bool
}

func (e *dialError) Error() string   { return e.text }
func (e *dialError) Timeout() bool   { return e.timeout }
func (e *dialError) Temporary() bool { return e.timeout }

func (e *dialError) Unwrap() error {
	if e.errno == 0 {
		return nil
	}
	return e.errno
}

func answerTo(err error) answer {
	if err == nil {
		return answer{}
	}
	a := answer{Error: err.Error(), Timeout: errors.Is(err, os.ErrDeadlineExceeded)}
	for i, errno := range errnos() {
		if i > 0 && errors.Is(err, errno) {
			a.Errno = i
		}
	}
	return a
}

func (a answer) err() error {
	if a.Error == "" {
		return nil
	}
	e := &dialError{text: a.Error, timeout: a.Timeout}
	if all := errnos(); a.Errno > 0 && a.Errno < len(all) {
		e.errno = all[a.Errno]
	}
	return e
}

// dialLink connects through the link at address to a place in the network.
func dialLink(ctx context.Context, config *tls.Config, link string, to hello) (net.Conn, error) {
	d := tls.Dialer{Config: config}
	c, err := d.DialContext(ctx, "tcp", link)
	if err != nil {
		return nil, fmt.Errorf("failed to reach the nodes: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	var said answer
	err = writeLine(c, to)
	if err == nil {
		err = readLine(c, &said)
	}
	if err == nil {
		err = said.err()
	}
	if err == nil && !stop() {
		err = ctx.Err()
	}
	if err != nil {
		_ = c.Close()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, err
	}
	return c, nil
}

// dialFunc connects to a place in the network.
type dialFunc func(ctx context.Context, protocol, address string) (net.Conn, error)

// serveLink forwards connections into the network until l is closed.
func serveLink(ctx context.Context, l net.Listener, dial dialFunc) error {
	return network.AcceptAll(ctx, l, func(c net.Conn) { lead(ctx, c, dial) })
}

func lead(ctx context.Context, c net.Conn, dial dialFunc) {
	var to hello
	_ = c.SetReadDeadline(time.Now().Add(helloLimit))
	if err := readLine(c, &to); err != nil {
		_ = c.Close()
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	inside, err := dial(ctx, to.Network, to.Address)
	if sent := writeLine(c, answerTo(err)); err != nil || sent != nil {
		if inside != nil {
			_ = inside.Close()
		}
		_ = c.Close()
		return
	}
	network.Splice(c, inside)
}

func writeLine(w io.Writer, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// readLine reads up to the end of a line and not a byte further: the rest
// belongs to the connection.
func readLine(r io.Reader, v any) error {
	var line []byte
	one := make([]byte, 1)
	for len(line) < helloBytes {
		if _, err := io.ReadFull(r, one); err != nil {
			return err
		}
		if one[0] == '\n' {
			return json.Unmarshal(line, v)
		}
		line = append(line, one[0])
	}
	return errors.New("the line is too long")
}
