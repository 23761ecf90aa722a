package checks

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestStrangersAreNotRead looks for an object that another learner has: neither is
// that learner's namespace named, nor are the objects of all namespaces listed.
func TestStrangersAreNotRead(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []string
	e := engineFor(t, discoveryFor(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/namespaces/learn"):
			fmt.Fprint(w, `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"learn","creationTimestamp":"2026-01-01T00:00:00Z"}}`)
		case strings.HasSuffix(r.URL.Path, "/namespaces/default/configmaps"):
			fmt.Fprint(w, `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1"},"items":[
				{"metadata":{"name":"settings","namespace":"default","creationTimestamp":"2026-01-01T00:01:00Z"}}]}`)
		default:
			fmt.Fprint(w, `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}`)
		}
	}))
	if r := lookAt(t, e, settings); r.Reason.EN != "ConfigMap settings is in namespace default, not in learn" {
		t.Errorf("Look gave %s, %q", r.Verdict, r.Reason.EN)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, path := range asked {
		if path == "/api/v1/configmaps" || path == "/api/v1/namespaces" {
			t.Errorf("%s was read: it names what belongs to others", path)
		}
	}
}
