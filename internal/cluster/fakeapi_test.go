package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// fakeAPI is a cluster, with context x, whose API server responds by path; everything
// else is not found.
func fakeAPI(t *testing.T, table map[string]http.HandlerFunc) *Cluster {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := table[r.URL.Path]
		if answer == nil {
			answer = refuses(http.StatusNotFound, "NotFound")
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return at(t, server.URL)
}

// at is a cluster, with context x, whose API server has this address.
func at(t *testing.T, url string) *Cluster {
	t.Helper()
	config := &rest.Config{Host: url}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return &Cluster{Context: "x", Server: url, Config: config, client: client}
}

// says responds with one body.
func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, body) }
}

// pages responds with one body after another: the continue token 2 requests the second.
func pages(bodies ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := 1
		if token := r.URL.Query().Get("continue"); token != "" {
			if _, err := fmt.Sscan(token, &n); err != nil {
				panic(err)
			}
		}
		write(w, http.StatusOK, bodies[n-1])
	}
}

// refuses responds with a Status.
func refuses(code int, reason string) http.HandlerFunc {
	body := fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","status":"Failure","message":"refused","reason":%q,"code":%d}`, reason, code)
	return func(w http.ResponseWriter, _ *http.Request) { write(w, code, body) }
}

// hangs doesn't respond.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func write(w http.ResponseWriter, code int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if _, err := w.Write([]byte(body)); err != nil {
		panic(err)
	}
}
