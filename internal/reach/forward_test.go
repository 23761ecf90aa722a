package reach

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
)

// A forward uses WebSockets, and SPDY only if the API server, or a proxy before it,
// doesn't let them pass.
func TestForwardFallsBackToSPDY(t *testing.T) {
	for name, tt := range map[string]struct {
		code int
		want []string
	}{
		"no WebSockets": {http.StatusBadRequest, []string{"GET websocket", "POST SPDY/3.1"}},
		"no right":      {http.StatusForbidden, []string{"GET websocket", "POST SPDY/3.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked = append(asked, r.Method+" "+r.Header.Get("Upgrade"))
				mu.Unlock()
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(tt.code)
				if _, err := w.Write([]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","code":403}`)); err != nil {
					t.Error(err)
				}
			}))
			t.Cleanup(server.Close)
			f, err := New(&rest.Config{Host: server.URL})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.forward(t.Context(), "learn", "web", 80); err == nil {
				t.Error("a forward was made through a server that makes none")
			}
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(asked, tt.want) {
				t.Errorf("asked %q, want %q", asked, tt.want)
			}
		})
	}
}
