package checks

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

// engineFor makes an engine for a made-up API server.
func engineFor(t *testing.T, handler http.Handler) *Engine {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	e, err := NewEngine(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

const statusText = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"code":%d,"message":%q}`

func refuse(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, statusText, reason, code, message)
}

// discoveryFor serves two kinds and hands the rest on.
func discoveryFor(handler http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	reply := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, text)
		}
	}
	mux.HandleFunc("/api", reply(`{"kind":"APIVersions","versions":["v1"]}`))
	mux.HandleFunc("/apis", reply(`{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`))
	mux.HandleFunc("/api/v1", reply(`{"kind":"APIResourceList","groupVersion":"v1","resources":[
		{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["list","watch"]},
		{"name":"secrets","kind":"Secret","namespaced":true,"verbs":["list","watch"]}]}`))
	mux.HandleFunc("/api/v1/", handler)
	return mux
}

func lookAt(t *testing.T, e *Engine, src string) Result {
	t.Helper()
	results, err := e.Look(t.Context(), "learn", parsed(t, src))
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func parsed(tb testing.TB, src string) []Check {
	tb.Helper()
	checks, err := Parse([]byte(src), Position{File: "test", Line: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return checks
}

const settings = "- {id: s, name: S, object: {kind: ConfigMap, name: settings}}"

func TestLookTroubles(t *testing.T) {
	refusing := func(code int, reason string) http.Handler {
		return discoveryFor(func(w http.ResponseWriter, _ *http.Request) { refuse(w, code, reason, "no, "+reason) })
	}
	tests := map[string]struct {
		handler   http.Handler
		src, want string
	}{
		"forbidden":       {refusing(403, "Forbidden"), settings, "you lack permission: no, Forbidden"},
		"no credentials":  {refusing(401, "Unauthorized"), settings, "the API server doesn't accept your credentials: they're wrong or have expired"},
		"internal error":  {refusing(500, "InternalError"), settings, "the API server can't tell: no, InternalError"},
		"absent, unasked": {refusing(403, "Forbidden"), "- {id: s, name: S, absent: {kind: ConfigMap, name: x}}", "you lack permission: no, Forbidden"},
		"kind not served": {refusing(403, "Forbidden"), "- {id: s, name: S, object: {kind: ConfigMpa, name: x}}", `the cluster has no kind "ConfigMpa", but it has "ConfigMap"`},
		"other version":   {refusing(403, "Forbidden"), "- {id: s, name: S, object: {kind: Secret, apiVersion: v2, name: x}}", `the cluster has no kind "v2 Secret"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := lookAt(t, engineFor(t, tt.handler), tt.src)
			if r.Verdict != Unknown || r.Reason.EN != tt.want {
				t.Errorf("Look gave %s, %q; want unknown, %q", r.Verdict, r.Reason.EN, tt.want)
			}
		})
	}
}

func TestLookWithoutServer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	e, err := NewEngine(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r := lookAt(t, e, settings)
	if r.Verdict != Unknown || !strings.HasPrefix(r.Reason.EN, "the API server can't be reached: nothing listens on 127.0.0.1:") {
		t.Errorf("Look gave %s, %q; want unknown, cannot be reached", r.Verdict, r.Reason.EN)
	}
}
