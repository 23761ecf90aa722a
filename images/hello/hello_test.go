package hello

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func TestPage(t *testing.T) {
	where := []string{"MY_NODE_NAME=node-1", "MY_POD_NAME=docker-demo", "MY_POD_NAMESPACE=default", "MY_POD_IP=10.1.0.130"}
	for _, tt := range []struct {
		version string
		environ []string
		want    string
	}{
		{"v1.0.0", where, "hello docker\n"},
		{"v1.0.1", nil, "Hello World!\n"},
		{"v1.0.1", where, "Hello World!\nnode: node-1\npod: docker-demo\nnamespace: default\naddress: 10.1.0.130\n"},
		{"v1.0.2", where[1:2], "Hello World!\nversion: v1.0.2\npod: docker-demo\n"},
	} {
		r := imagetest.Start(t, Run, ":3000", service.World{Environ: append([]string{"APP_VERSION=" + tt.version}, tt.environ...)})
		status, body, header := r.Get(t, "/")
		if diff := cmp.Diff(tt.want, body); diff != "" || status != 200 || header.Get("X-App-Version") != tt.version {
			t.Errorf("%s: status %d, header %v (-want +got):\n%s", tt.version, status, header, diff)
		}
	}
}

func TestPanicEndsTheProgram(t *testing.T) {
	r := imagetest.Start(t, Run, ":3000", service.World{Environ: []string{"APP_VERSION=v1.0.1"}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.Await(t)+"/panic", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err == nil {
		t.Errorf("/panic answered %s", resp.Status)
		_ = resp.Body.Close()
	}
	if code := <-r.Exit; code != -1 || r.Panic != "somebody visited /panic" {
		t.Errorf("exit code %d, panic %v", code, r.Panic)
	}
}

func TestFirstVersionDoesNotPanic(t *testing.T) {
	r := imagetest.Start(t, Run, ":3000", service.World{Environ: []string{"APP_VERSION=v1.0.0"}})
	if status, _, _ := r.Get(t, "/panic"); status != 404 {
		t.Errorf("status = %d", status)
	}
}

// A second visitor while it falls must not hold it up.
func TestPanicTwice(t *testing.T) {
	end := make(chan func() int, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		fall(end, mustRequest(ctx, t))
	}
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "/panic") {
			t.Errorf("panic = %q", text)
		}
	}()
	(<-end)()
}

func mustRequest(ctx context.Context, t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/panic", io.NopCloser(strings.NewReader("")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
