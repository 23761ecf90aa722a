package frontend

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/images/imagetest"
	"github.com/kubectl-learn/kubectl-learn/images/service"
)

func TestPage(t *testing.T) {
	status, asked := http.StatusOK, ""
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Host + r.URL.Path
		w.WriteHeader(status)
		_, _ = w.Write([]byte("Welcome <user>!\n"))
	}))
	defer backend.Close()
	r := imagetest.Start(t, Run, ":8080", service.World{
		Environ: []string{"APP_VERSION=1.0", "BACKEND_URL=" + backend.URL}, Dial: new(net.Dialer).DialContext,
	})
	check := func(want string) {
		t.Helper()
		got, body, header := r.Get(t, "/")
		if got != 200 || !strings.Contains(body, "<p>"+want+"</p>") || header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%d %v, want %q:\n%s", got, header, want, body)
		}
	}
	check("Welcome &lt;user&gt;!")
	if want := strings.TrimPrefix(backend.URL, "http://") + "/"; asked != want {
		t.Errorf("asked %q, want %q", asked, want)
	}
	status = http.StatusBadGateway
	check("ERROR RECEIVED")
	status = http.StatusOK
	check("Welcome &lt;user&gt;!")
	backend.Close()
	check("ERROR RECEIVED")
	if want := "no answer from " + backend.URL; !strings.Contains(r.Out.String(), want) {
		t.Errorf("no %q in:\n%s", want, r.Out)
	}
}

func TestAsksWebservice(t *testing.T) {
	r := imagetest.Start(t, Run, ":8080", service.World{Dial: new(net.Dialer).DialContext})
	r.AwaitText(t, "in front of http://webservice listens on :8080")
}
