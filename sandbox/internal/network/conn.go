package network

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// conn is one end of a connection inside the network.
type conn struct {
	in, out       *stream
	local, remote net.Addr
	once          sync.Once
	// closed is called once, when this end is closed.
	closed func()
}

// pair creates the two ends of a connection. To the client, its own address is
// from and the remote one dialled; to the server, its own address is to.
func pair(from, dialled, to *net.TCPAddr) (client, server *conn) {
	up, down := newStream(), newStream()
	client = &conn{in: down, out: up, local: from, remote: dialled}
	server = &conn{in: up, out: down, local: to, remote: from}
	return client, server
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	return n, c.wrap("read", err)
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.Write(p)
	return n, c.wrap("write", err)
}

// wrap turns errors into those of package net; io.EOF stays bare.
func (c *conn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// CloseWrite closes the writing side; the other end reads io.EOF.
func (c *conn) CloseWrite() error {
	c.out.closeWrite()
	return nil
}

// CloseRead closes the reading side.
func (c *conn) CloseRead() error {
	c.in.closeRead()
	return nil
}

func (c *conn) Close() error {
	c.out.closeWrite()
	c.in.closeRead()
	c.finish()
	return nil
}

// abort resets the connection: both ends get ECONNRESET.
func (c *conn) abort() {
	c.out.abort(syscall.ECONNRESET)
	c.in.abort(syscall.ECONNRESET)
	c.finish()
}

func (c *conn) finish() {
	c.once.Do(func() {
		if c.closed != nil {
			c.closed()
		}
	})
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.read, t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(&c.out.write, t)
	return nil
}

// outside is a connection that ends on the machine's own loopback but shows the
// addresses of the virtual network.
type outside struct {
	net.Conn
	local, remote net.Addr
}

func (o *outside) LocalAddr() net.Addr  { return o.local }
func (o *outside) RemoteAddr() net.Addr { return o.remote }

// CloseWrite half-closes where the real connection can.
func (o *outside) CloseWrite() error { return closeWrite(o.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

// lingering is how long the rest of a peer's data is still read and dropped, as
// in net/http's server.
const lingering = 500 * time.Millisecond

// Splice copies both ways between two connections, passes half-closes on, and
// closes both when both directions are done.
func Splice(a, b net.Conn) {
	var wg sync.WaitGroup
	wg.Go(func() { forward(a, b) })
	wg.Go(func() { forward(b, a) })
	wg.Wait()
	_ = a.Close()
	_ = b.Close()
}

func forward(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil {
		// One side broke: the other must not wait for it. But its last data may
		// still be in flight, and closing a socket with unread data in it makes the
		// peer lose that (RFC 9112, 9.6).
		_ = from.SetReadDeadline(time.Now().Add(lingering))
		_, _ = io.Copy(io.Discard, from)
		_ = to.Close()
		_ = from.Close()
		return
	}
	_ = closeWrite(to)
}
