package follow

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// A look that was cancelled must not tell the next one that there is nothing.
func TestNamesThatFailedAreForgotten(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "items": [
			{"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {"name": "web"}}]}`)
	}))
	defer server.Close()
	c, err := New(&rest.Config{Host: server.URL}, server.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	key := Key{GVR: schema.GroupVersionResource{Version: "v1", Resource: "secrets"}, Namespace: "learn"}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	c.namesOf(gone, key)
	if names := c.namesOf(t.Context(), key); len(names) != 1 {
		t.Errorf("a question after one that was given up sees %v, want one name", names)
	}
}
