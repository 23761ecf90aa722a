package webapp

import (
	"context"
	"errors"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func start(t *testing.T, environ ...string) *imagetest.Running {
	t.Helper()
	return imagetest.Start(t, Run, ":5000", service.World{Environ: environ})
}

func TestPage(t *testing.T) {
	const clock = `\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\n$`
	for _, tt := range []struct {
		version, want string
		health        int
	}{
		{"1.0", `^Welcome!\n$`, 404},
		{"2.0", `^Welcome user! current time is ` + clock, 404},
		{"3.0", `^Welcome user! current time in v3 is ` + clock, 200},
		{"4.0", `^Welcome user! current time in v4 is ` + clock, 200},
	} {
		r := start(t, "APP_VERSION="+tt.version, "STARTUP_SECONDS=0", "LIFETIME_SECONDS=0")
		if status, body, _ := r.Get(t, "/"); status != 200 || !regexp.MustCompile(tt.want).MatchString(body) {
			t.Errorf("%s: %d %q", tt.version, status, body)
		}
		status, body, _ := r.Get(t, "/health")
		if status != tt.health || (status == 200 && body != "OK\n") {
			t.Errorf("%s: /health = %d %q", tt.version, status, body)
		}
	}
}

func TestStartTakesItsTime(t *testing.T) {
	before := time.Now()
	r := start(t, "APP_VERSION=3.0", "STARTUP_SECONDS=0.3")
	r.Await(t)
	if took := time.Since(before); took < 300*time.Millisecond {
		t.Errorf("it listened after %v", took)
	}
	if want := "web-app 3.0 starts, which takes 300ms\n"; !strings.Contains(r.Out.String(), want) {
		t.Errorf("no %q in:\n%s", want, r.Out)
	}
	slow := start(t, "APP_VERSION=3.0")
	slow.Stop()
	if code := <-slow.Exit; code != 0 {
		t.Errorf("stopped while it starts: exit code %d", code)
	}
}

func TestFailsByExit(t *testing.T) {
	r := start(t, "APP_VERSION=4.0", "STARTUP_SECONDS=0", "LIFETIME_SECONDS=0.1")
	if code := <-r.Exit; code != 1 || !strings.Contains(r.Out.String(), "after 100ms: ends\n") {
		t.Errorf("exit code %d:\n%s", code, r.Out)
	}
}

func TestFailsByHanging(t *testing.T) {
	r := start(t, "APP_VERSION=4.0", "STARTUP_SECONDS=0", "LIFETIME_SECONDS=0.05", "FAILURE=hang")
	url := r.Await(t)
	r.AwaitText(t, "answers nothing more")
	get := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			t.Errorf("answered %s", resp.Status)
			_ = resp.Body.Close()
		}
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := get(ctx); !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a time-out", err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- get(t.Context()) }()
	r.Stop()
	if err := <-waiting; err == nil {
		t.Error("it answered at the end")
	}
	if code := <-r.Exit; code != 0 {
		t.Errorf("exit code = %d", code)
	}
}

func TestSettingsThatCannotBeMeant(t *testing.T) {
	for _, tt := range []struct{ setting, want string }{
		{"STARTUP_SECONDS=soon", `STARTUP_SECONDS is "soon"; it must be a number of seconds`},
		{"STARTUP_SECONDS=NaN", `STARTUP_SECONDS is "NaN"`},
		{"LIFETIME_SECONDS=-1", `LIFETIME_SECONDS is "-1"`},
		{"FAILURE=fire", `FAILURE is "fire"; it can be exit or hang`},
	} {
		r := start(t, "APP_VERSION=4.0", tt.setting)
		if code := <-r.Exit; code != 2 || !strings.Contains(r.Out.String(), tt.want) {
			t.Errorf("%s: exit code %d:\n%s", tt.setting, code, r.Out)
		}
	}
}
