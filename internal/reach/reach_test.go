package reach

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// Whatever responds at the made-up address of a sandbox's node is somebody else.
func TestNodePortAsksNoStranger(t *testing.T) {
	stranger, err := net.Listen("tcp", "127.0.0.2:0")
	patience.Needs(t, err == nil, "a second loopback address")
	t.Cleanup(func() { stranger.Close() })
	port := stranger.Addr().(*net.TCPAddr).Port
	for _, tt := range []struct {
		runtime string
		found   bool
	}{
		{"containerd://2.1.0", true},
		{"sandbox://1.36.3", false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			body := fmt.Sprintf(`{"kind":"Service","apiVersion":"v1","metadata":{"name":"web"},"spec":{"ports":[{"port":80,"nodePort":%d}]}}`, port)
			if r.URL.Path == "/api/v1/nodes" {
				body = fmt.Sprintf(`{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"one"},"status":{
					"addresses":[{"type":"InternalIP","address":"127.0.0.2"}],"nodeInfo":{"containerRuntimeVersion":%q}}}]}`, tt.runtime)
			}
			if _, err := w.Write([]byte(body)); err != nil {
				t.Error(err)
			}
		}))
		t.Cleanup(server.Close)
		f, err := New(&rest.Config{Host: server.URL})
		if err != nil {
			t.Fatal(err)
		}
		address, err := f.NodePort(t.Context(), "learn", "web")
		_, missed := errors.AsType[*NotReachedError](err)
		if tt.found && address != stranger.Addr().String() || !tt.found && !missed {
			t.Errorf("%s: got %q, %v", tt.runtime, address, err)
		}
	}
}
