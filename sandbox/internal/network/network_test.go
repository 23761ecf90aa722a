package network

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

var _ container.Net = (*PodNet)(nil)

func attach(t *testing.T, n *Network, name string) *PodNet {
	t.Helper()
	p, err := n.AttachPod(PodConfig{CIDR: PodCIDR(1), Namespace: "default", Hostname: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Detach)
	return p
}

func listen(t *testing.T, p *PodNet, address string) net.Listener {
	t.Helper()
	l, err := p.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// connected returns the two ends of a connection from a to b.
func connected(t *testing.T, a, b *PodNet) (client, server net.Conn) {
	t.Helper()
	l := listen(t, b, ":80")
	client, err := a.Dial(t.Context(), "tcp", b.IP()+":80")
	if err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return client, server
}

func TestAddresses(t *testing.T) {
	n := New()
	a, b := attach(t, n, "a"), attach(t, n, "b")
	if a.IP() != "10.244.0.2" || b.IP() != "10.244.0.3" {
		t.Errorf("addresses %s, %s", a.IP(), b.IP())
	}
	a.Detach()
	if c := attach(t, n, "c"); c.IP() != "10.244.0.4" {
		t.Errorf("a freed address was used again at once: %s", c.IP())
	}
	client, server := connected(t, b, attach(t, n, "d"))
	if got := server.RemoteAddr().String(); got != client.LocalAddr().String() || !strings.HasPrefix(got, "10.244.0.3:") {
		t.Errorf("the server sees %s, the client is %s", got, client.LocalAddr())
	}
	if got := client.RemoteAddr().String(); got != "10.244.0.5:80" {
		t.Errorf("the client sees %s", got)
	}
}

func TestAddressesRunOut(t *testing.T) {
	n := New()
	for range 253 {
		attach(t, n, "x")
	}
	if _, err := n.AttachPod(PodConfig{CIDR: PodCIDR(1)}); err == nil || !strings.Contains(err.Error(), "no IP addresses available") {
		t.Errorf("the 254th pod: %v", err)
	}
}

func TestDialErrors(t *testing.T) {
	tests := map[string]struct {
		address string
		want    string
		errno   error
		after   time.Duration
	}{
		"nobody listens":   {"10.244.0.2:80", "dial tcp 10.244.0.2:80: connect: connection refused", syscall.ECONNREFUSED, 0},
		"only loopback":    {"10.244.0.2:70", "dial tcp 10.244.0.2:70: connect: connection refused", syscall.ECONNREFUSED, 0},
		"nobody is there":  {"10.244.9.9:80", "dial tcp 10.244.9.9:80: connect: no route to host", syscall.EHOSTUNREACH, 3 * time.Second},
		"no such node":     {"10.0.0.99:80", "dial tcp 10.0.0.99:80: connect: no route to host", syscall.EHOSTUNREACH, 3 * time.Second},
		"nobody's service": {"10.96.9.9:80", "dial tcp 10.96.9.9:80: connect: ", syscall.ETIMEDOUT, 127 * time.Second},
		"outside":          {"192.0.2.1:80", "dial tcp 192.0.2.1:80: connect: ", syscall.ENETUNREACH, 0},
		"no such name":     {"redis:6379", "dial tcp: lookup redis on 10.96.0.10:53: no such host", nil, 0},
		"bad port":         {"10.244.0.2:http", "invalid port", nil, 0},
		"an IPv6 address":  {"[2001:db8::1]:80", "connect: ", syscall.ENETUNREACH, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := attach(t, New(), "web")
				listen(t, p, "127.0.0.1:70")
				start := time.Now()
				_, err := p.Dial(t.Context(), "tcp", test.address)
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("got %v, want %q", err, test.want)
				}
				if test.errno != nil && !errors.Is(err, test.errno) {
					t.Errorf("%v is not %v", err, test.errno)
				}
				if took := time.Since(start); took != test.after {
					t.Errorf("took %s, want %s", took, test.after)
				}
			})
		})
	}
}

func TestDialDeadline(t *testing.T) {
	p := attach(t, New(), "a")
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := p.Dial(ctx, "tcp", "10.244.7.7:80")
	if e := net.Error(nil); !errors.As(err, &e) || !e.Timeout() {
		t.Errorf("got %v, want a time-out", err)
	}
}

func TestListen(t *testing.T) {
	p := attach(t, New(), "web")
	first := listen(t, p, ":80")
	for _, address := range []string{":80", "0.0.0.0:80", "[::]:80", "127.0.0.1:80", p.IP() + ":80"} {
		if _, err := p.Listen("tcp", address); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("listen %s: %v", address, err)
		}
	}
	if _, err := p.Listen("tcp", "10.9.9.9:81"); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Errorf("listen on a foreign address: %v", err)
	}
	_ = first.Close()
	if _, err := first.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
	listen(t, p, ":80")
	for _, host := range []string{"localhost", "127.0.0.1", "web", p.IP()} {
		c, err := p.Dial(t.Context(), "tcp", host+":80")
		if err != nil {
			t.Errorf("dial %s: %v", host, err)
			continue
		}
		_ = c.Close()
	}
}

func TestHalfClose(t *testing.T) {
	n := New()
	client, server := connected(t, attach(t, n, "a"), attach(t, n, "b"))
	_, _ = io.WriteString(client, "question")
	_ = closeWrite(client)
	if got, err := io.ReadAll(server); string(got) != "question" || err != nil {
		t.Errorf("server read %q, %v", got, err)
	}
	_, _ = io.WriteString(server, "answer")
	_ = server.Close()
	if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
		t.Errorf("client read %q, %v", got, err)
	}
	if _, err := client.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("write after CloseWrite: %v", err)
	}
}

func TestDeadlines(t *testing.T) {
	n := New()
	client, _ := connected(t, attach(t, n, "a"), attach(t, n, "b"))
	_ = client.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	_ = client.SetWriteDeadline(time.Now().Add(5 * time.Millisecond))
	if n, err := client.Write(make([]byte, streamLimit+1)); n != streamLimit || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write into a full connection: %d, %v", n, err)
	}
	_ = client.SetWriteDeadline(time.Now().Add(-time.Second))
	if _, err := client.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("write after the deadline: %v", err)
	}
}

func TestDetachResets(t *testing.T) {
	n := New()
	a, b := attach(t, n, "a"), attach(t, n, "b")
	client, _ := connected(t, a, b)
	b.Detach()
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
	if _, err := b.Listen("tcp", ":81"); err == nil {
		t.Error("a pod that left still listens")
	}
}

func TestHTTP(t *testing.T) {
	n := New()
	l := listen(t, attach(t, n, "web"), ":80")
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	})}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()
	client := &http.Client{Transport: &http.Transport{DialContext: n.DialFromNode}}
	large := strings.Repeat("0123456789", 200_000)
	for range 3 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://10.244.0.2/", strings.NewReader(large))
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || string(got) != large {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
	}
}

func TestForwardNode(t *testing.T) {
	n := New()
	real, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = real.Close() }()
	go func() {
		c, err := real.Accept()
		if err == nil {
			_, _ = io.WriteString(c, "api")
			_ = c.Close()
		}
	}()
	if err := n.ForwardNode("10.0.0.1", 6443, real.Addr().String()); err != nil {
		t.Fatal(err)
	}
	c, err := attach(t, n, "a").Dial(t.Context(), "tcp", "10.0.0.1:6443")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(c); string(got) != "api" || c.RemoteAddr().String() != "10.0.0.1:6443" {
		t.Errorf("read %q from %s", got, c.RemoteAddr())
	}
	if err := n.ForwardNode("10.0.0.1", 1, "192.0.2.1:80"); err == nil {
		t.Error("forwarded beyond loopback")
	}
}
