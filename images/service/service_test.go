package service_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func TestServe(t *testing.T) {
	r := imagetest.Start(t, func(ctx context.Context, w service.World) int {
		return w.Serve(ctx, service.Service{About: "thing 1.2", Address: ":99", Handle: func(*http.ServeMux) {}})
	}, ":99", service.World{Environ: []string{"APP_VERSION=1.1", "APP_VERSION=1.2"}})
	status, body, header := r.Get(t, "/healthz")
	if status != 200 || body != "ok\n" || header.Get("X-App-Version") != "1.2" {
		t.Errorf("%d %q %v", status, body, header)
	}
	r.Get(t, "/none?a=b", "X-Real-IP", "10.0.0.9")
	r.Stop()
	if code := <-r.Exit; code != 0 {
		t.Errorf("exit code = %d", code)
	}
	for _, want := range []string{"thing 1.2 listens on :99\n", "127.0.0.1 \"GET /healthz\" 200\n", "10.0.0.9 \"GET /none?a=b\" 404\n", "stopping\n"} {
		if !strings.Contains(r.Out.String(), want) {
			t.Errorf("no %q in:\n%s", want, r.Out)
		}
	}
}

// A rolling update must lose no request: one that is at hand when the program
// is asked to stop is finished, and one that comes while the nodes have not
// heard of it yet is taken.
func TestStopLosesNoRequest(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	r := imagetest.Start(t, func(ctx context.Context, w service.World) int {
		return w.Serve(ctx, service.Service{Address: ":99", Handle: func(mux *http.ServeMux) {
			mux.HandleFunc("/slow", func(rw http.ResponseWriter, _ *http.Request) {
				close(begun)
				<-finish
				w.Write(rw, "late\n")
			})
		}})
	}, ":99", service.World{Drain: 500 * time.Millisecond})
	r.Await(t)
	slow := make(chan string, 1)
	go func() {
		_, body, _ := r.Get(t, "/slow")
		slow <- body
	}()
	<-begun
	r.Stop()
	r.AwaitText(t, "stopping")
	if status, _, _ := r.Get(t, "/healthz"); status != 200 {
		t.Errorf("while it drains: %d", status)
	}
	close(finish)
	if got := <-slow; got != "late\n" {
		t.Errorf("the request at hand got %q", got)
	}
	if code := <-r.Exit; code != 0 {
		t.Errorf("exit code = %d", code)
	}
}

func TestPortTaken(t *testing.T) {
	var out imagetest.Buffer
	inUse := func(string, string) (net.Listener, error) { return nil, errors.New("address already in use") }
	w := service.World{Listen: inUse, Stdout: &out, Stderr: &out}
	if code := w.Serve(t.Context(), service.Service{Address: ":80"}); code != 1 {
		t.Errorf("exit code = %d", code)
	}
	if want := "failed to listen on :80: address already in use"; !strings.Contains(out.String(), want) {
		t.Errorf("no %q in %q", want, &out)
	}
}

func TestKilled(t *testing.T) {
	ctx, kill := context.WithCancel(t.Context())
	r := imagetest.Start(t, func(_ context.Context, w service.World) int {
		return w.Serve(ctx, service.Service{Address: ":99", Handle: func(*http.ServeMux) {}})
	}, ":99", service.World{Drain: time.Hour})
	r.Await(t)
	kill()
	if code := <-r.Exit; code != service.ExitKilled {
		t.Errorf("exit code = %d", code)
	}
}

func TestAtLeast(t *testing.T) {
	got := map[string]bool{}
	for _, version := range []string{"v1.0.1", "1.0.1", "1.0", "2", "v1.0.0", "1.0.10", "latest", ""} {
		got[version] = service.AtLeast(version, 1, 0, 1)
	}
	want := map[string]bool{"v1.0.1": true, "1.0.1": true, "1.0": false, "2": true, "v1.0.0": false, "1.0.10": true, "latest": false, "": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
