package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
)

// program runs the demo on a loopback port of the machine's choice.
type program struct {
	url  string
	stop chan struct{}
	exit chan int
	out  *buffer
}

func start(t *testing.T, c Config) *program {
	t.Helper()
	p := &program{stop: make(chan struct{}), exit: make(chan int, 1), out: &buffer{}}
	listening := make(chan string, 1)
	c.Listen = func(network, address string) (net.Listener, error) {
		if address != ":8080" {
			return nil, fmt.Errorf("listens on %s", address)
		}
		l, err := new(net.ListenConfig).Listen(t.Context(), network, "127.0.0.1:0")
		if err == nil {
			listening <- l.Addr().String()
		}
		return l, err
	}
	c.Args, c.Addr, c.Stop, c.Stdout, c.Stderr = []string{"demo"}, "10.1.0.130", p.stop, p.out, p.out
	go func() { p.exit <- Run(t.Context(), c) }()
	p.url = "http://" + <-listening
	return p
}

func (p *program) get(t *testing.T, path string, header ...string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func fakeRedis(t *testing.T, want string) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	m := miniredis.NewMiniRedis()
	t.Cleanup(m.Close)
	return func(_ context.Context, _, address string) (net.Conn, error) {
		if address != want {
			return nil, fmt.Errorf("dial tcp: lookup %s: no such host", address)
		}
		return m.Dial()
	}
}

func TestPage(t *testing.T) {
	const english = "Hello World by 10.1.0.130 from %s! This page has been visited %d %s."
	p := start(t, Config{Dial: fakeRedis(t, "docker2istio-redis:6379"), Env: []string{"APP_VERSION=0.0.2"}})
	for i, tt := range []struct {
		path   string
		header []string
		want   string
	}{
		{"/", nil, fmt.Sprintf(english, "127.0.0.1", 1, "time") + "\n"},
		{"/", []string{"X-Real-IP", "10.244.0.7"}, fmt.Sprintf(english, "10.244.0.7", 2, "times") + "\n"},
		{"/", []string{"X-Real-IP", "<b>"}, fmt.Sprintf(english, "127.0.0.1", 3, "times") + "\n"},
		{"/?lang=zh", nil, "Hello World by 10.1.0.130 from 127.0.0.1 ! 该页面已被访问 4 次。\n"},
		{"/", []string{"Accept-Language", "fr, zh-CN;q=0.8, en;q=0.5"}, "Hello World by 10.1.0.130 from 127.0.0.1 ! 该页面已被访问 5 次。\n"},
		{"/?lang=en", []string{"Accept-Language", "zh"}, fmt.Sprintf(english, "127.0.0.1", 6, "times") + "\n"},
	} {
		status, body, header := p.get(t, tt.path, tt.header...)
		if diff := cmp.Diff(tt.want, body); diff != "" || status != 200 {
			t.Errorf("request %d: status %d (-want +got):\n%s", i, status, diff)
		}
		if got := header.Get("X-App-Version"); got != "0.0.2" {
			t.Errorf("request %d: X-App-Version = %q", i, got)
		}
	}
	if got := strings.Count(p.out.String(), `"GET /`); got != 6 {
		t.Errorf("%d lines for 6 requests in:\n%s", got, p.out)
	}
}

func TestVersionOnPage(t *testing.T) {
	p := start(t, Config{Dial: fakeRedis(t, "cache:7000"), Env: []string{"APP_VERSION=0.0.3", "REDIS_HOST=cache", "REDIS_PORT=7000"}})
	_, body, _ := p.get(t, "/")
	if want := "visited 1 time. (version 0.0.3)\n"; !strings.HasSuffix(body, want) {
		t.Errorf("page = %q, want it to end with %q", body, want)
	}
}

func TestWithoutRedis(t *testing.T) {
	p := start(t, Config{Dial: fakeRedis(t, "elsewhere:6379")})
	status, body, _ := p.get(t, "/")
	want := "Cannot count this visit in Redis at docker2istio-redis:6379: dial tcp: lookup docker2istio-redis:6379: no such host\n"
	if diff := cmp.Diff(want, body); diff != "" || status != 500 {
		t.Errorf("status %d (-want +got):\n%s", status, diff)
	}
	if status, body, _ := p.get(t, "/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("/healthz = %d %q", status, body)
	}
	if status, _, _ := p.get(t, "/other"); status != 404 {
		t.Errorf("/other = %d", status)
	}
}

func TestStop(t *testing.T) {
	p := start(t, Config{Dial: fakeRedis(t, "")})
	close(p.stop)
	if code := <-p.exit; code != 0 {
		t.Errorf("exit code = %d, want 0", code)
	}
}

func TestFaults(t *testing.T) {
	inUse := func(string, string) (net.Listener, error) { return nil, errors.New("address already in use") }
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"port taken", []string{"demo"}, 1, "failed to listen on :8080: address already in use"},
		{"argument", []string{"demo", "fly"}, 2, `unknown argument "fly"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out buffer
			code := Run(t.Context(), Config{Args: tt.args, Listen: inUse, Stdout: &out, Stderr: &out})
			if code != tt.code || !strings.Contains(out.String(), tt.want) {
				t.Errorf("exit %d, output %q; want %d and %q", code, out.String(), tt.code, tt.want)
			}
		})
	}
}

// buffer may be read while the program writes.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
