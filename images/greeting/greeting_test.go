package greeting

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func start(t *testing.T, dial func(context.Context, string, string) (net.Conn, error), environ ...string) *imagetest.Running {
	t.Helper()
	return imagetest.Start(t, Run, port, service.World{Addr: "10.1.0.130", Dial: dial, Environ: environ})
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
	p := start(t, fakeRedis(t, "docker2istio-redis:6379"), "APP_VERSION=0.0.2")
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
		status, body, header := p.Get(t, tt.path, tt.header...)
		if diff := cmp.Diff(tt.want, body); diff != "" || status != 200 {
			t.Errorf("request %d: status %d (-want +got):\n%s", i, status, diff)
		}
		if got := header.Get("X-App-Version"); got != "0.0.2" {
			t.Errorf("request %d: X-App-Version = %q", i, got)
		}
	}
}

func TestVersionOnPage(t *testing.T) {
	p := start(t, fakeRedis(t, "cache:7000"), "APP_VERSION=0.0.3", "REDIS_HOST=cache", "REDIS_PORT=7000")
	_, body, _ := p.Get(t, "/")
	if want := "visited 1 time. (version 0.0.3)\n"; !strings.HasSuffix(body, want) {
		t.Errorf("page = %q, want it to end with %q", body, want)
	}
}

func TestWithoutRedis(t *testing.T) {
	p := start(t, fakeRedis(t, "elsewhere:6379"))
	status, body, _ := p.Get(t, "/")
	want := "Cannot count this visit in Redis at docker2istio-redis:6379: dial tcp: lookup docker2istio-redis:6379: no such host\n"
	if diff := cmp.Diff(want, body); diff != "" || status != 500 {
		t.Errorf("status %d (-want +got):\n%s", status, diff)
	}
	if status, body, _ := p.Get(t, "/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("/healthz = %d %q", status, body)
	}
	if status, _, _ := p.Get(t, "/other"); status != 404 {
		t.Errorf("/other = %d", status)
	}
}
