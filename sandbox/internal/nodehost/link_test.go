package nodehost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
)

// testLink serves a link that leads where dial does, and returns its address and
// what a caller needs.
func testLink(t *testing.T, dial func(ctx context.Context, network, address string) (net.Conn, error)) (string, *tls.Config) {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	l, err := tls.Listen("tcp", "127.0.0.1:0", certified.TLS)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() { _ = serveLink(t.Context(), l, dial) }()
	transport, ok := certified.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("the test server's client has no transport")
	}
	config := transport.TLSClientConfig.Clone()
	config.ServerName = "example.com"
	return l.Addr().String(), config
}

func TestLinkLeadsIn(t *testing.T) {
	asked := make(chan string, 1)
	link, config := testLink(t, func(_ context.Context, network, address string) (net.Conn, error) {
		asked <- network + " " + address
		here, there := net.Pipe()
		go func() { // an echo
			_, _ = io.Copy(there, there)
			_ = there.Close()
		}()
		return here, nil
	})
	c, err := dialLink(t.Context(), config, link, hello{"tcp", "10.244.0.7:80"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := <-asked; got != "tcp 10.244.0.7:80" {
		t.Errorf("asked for %q", got)
	}
	if _, err := io.WriteString(c, "hello\n"); err != nil {
		t.Fatal(err)
	}
	back := make([]byte, 6)
	if _, err := io.ReadFull(c, back); err != nil || string(back) != "hello\n" {
		t.Errorf("got %q, %v", back, err)
	}
}

// What the API server makes of an error depends on its words and on its errno.
func TestLinkKeepsErrors(t *testing.T) {
	at := &net.TCPAddr{IP: net.IPv4(10, 244, 0, 7), Port: 80}
	dialError := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Addr: at, Err: err} }
	tests := []struct {
		name    string
		err     error
		errno   syscall.Errno
		timeout bool
	}{
		{"refused", dialError(os.NewSyscallError("connect", syscall.ECONNREFUSED)), syscall.ECONNREFUSED, false},
		{"no route", dialError(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), syscall.EHOSTUNREACH, false},
		{"too slow", dialError(os.ErrDeadlineExceeded), 0, true},
		{"other", fmt.Errorf("no such host"), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			link, config := testLink(t, func(context.Context, string, string) (net.Conn, error) { return nil, tt.err })
			_, err := dialLink(t.Context(), config, link, hello{"tcp", at.String()})
			if err == nil || err.Error() != tt.err.Error() {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if tt.errno != 0 && !errors.Is(err, tt.errno) {
				t.Errorf("%v is not %v", err, tt.errno)
			}
			var timed interface{ Timeout() bool }
			if !errors.As(err, &timed) || timed.Timeout() != tt.timeout {
				t.Errorf("timeout, want %v", tt.timeout)
			}
		})
	}
}

func TestLinkGivesUpWithItsCaller(t *testing.T) {
	stuck := make(chan struct{})
	link, config := testLink(t, func(context.Context, string, string) (net.Conn, error) {
		close(stuck)
		<-t.Context().Done()
		return nil, t.Context().Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-stuck
		cancel()
	}()
	if _, err := dialLink(ctx, config, link, hello{"tcp", "10.244.0.7:80"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the caller gave up", err)
	}
}

// failing is a listener that cannot accept at first.
type failing struct {
	net.Listener
	times int
}

func (l *failing) Accept() (net.Conn, error) {
	if l.times--; l.times >= 0 {
		return nil, os.NewSyscallError("accept4", syscall.EMFILE)
	}
	return l.Listener.Accept()
}

// A process that had too many files open for a moment is reached afterwards.
func TestLinkOutlivesFailures(t *testing.T) {
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	reached := make(chan struct{})
	go func() {
		served <- serveLink(t.Context(), &failing{l, 3}, func(context.Context, string, string) (net.Conn, error) {
			close(reached)
			return nil, errors.New("nobody is there")
		})
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(writeLine(c, hello{"tcp", "10.244.0.7:80"}), readLine(c, &answer{})); err != nil {
		t.Error(err)
	}
	<-reached
	if err := errors.Join(c.Close(), l.Close()); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, net.ErrClosed) {
		t.Errorf("ended with %v", err)
	}
}
