package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
)

// fakeAPI is an API server of kinds Kind0, Kind1, … that keeps objects, lets
// clients list and watch them, and misbehaves as a test wishes.
type fakeAPI struct {
	kinds  int
	server *httptest.Server

	mu      sync.Mutex
	version int
	objects map[string]map[string]map[string]any
	streams map[chan string]string
	lists   map[string]int
	watches map[string]int
	others  int
	// hook answers a list or a watch instead of the server when it returns true.
	hook func(w http.ResponseWriter, r *http.Request, watch bool) bool
}

func newFakeAPI(t *testing.T, kinds int) (*fakeAPI, *Engine) {
	t.Helper()
	f := &fakeAPI{
		kinds: kinds, version: 1, objects: map[string]map[string]map[string]any{}, streams: map[chan string]string{},
		lists: map[string]int{}, watches: map[string]int{},
	}
	f.server = httptest.NewServer(f)
	e, err := NewEngine(&rest.Config{Host: f.server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.server.CloseClientConnections()
		f.server.Close()
	})
	t.Cleanup(e.Close)
	return f, e
}

// ServeHTTP serves discovery, and what there is of the kinds.
func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	const in = "/api/v1/namespaces/learn/"
	switch {
	case r.URL.Path == "/api":
		fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
	case r.URL.Path == "/apis":
		fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
	case r.URL.Path == "/api/v1":
		var list []string
		for i := range f.kinds {
			list = append(list, fmt.Sprintf(`{"name":"kind%ds","kind":"Kind%d","namespaced":true,"verbs":["list","watch"]}`, i, i))
		}
		list = append(list, `{"name":"globes","kind":"Globe","namespaced":false,"verbs":["list","watch"]}`)
		fmt.Fprintf(w, `{"kind":"APIResourceList","groupVersion":"v1","resources":[%s]}`, strings.Join(list, ","))
	case r.URL.Path == "/api/v1/globes":
		fmt.Fprint(w, `{"kind":"GlobeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}`)
	case strings.HasPrefix(r.URL.Path, in):
		f.objectsOf(w, r, path.Base(r.URL.Path))
	default:
		f.mu.Lock()
		f.others++
		f.mu.Unlock()
		refuse(w, http.StatusNotFound, "NotFound", "nothing here")
	}
}

func (f *fakeAPI) objectsOf(w http.ResponseWriter, r *http.Request, resource string) {
	watching := r.URL.Query().Get("watch") != ""
	f.mu.Lock()
	hook := f.hook
	if watching {
		f.watches[resource]++
	} else {
		f.lists[resource]++
	}
	f.mu.Unlock()
	if hook != nil && hook(w, r, watching) {
		return
	}
	if watching {
		f.stream(w, r, resource)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	items := []any{}
	for _, o := range f.objects[resource] {
		items = append(items, o)
	}
	kind := "Kind" + strings.TrimSuffix(strings.TrimPrefix(resource, "kind"), "s")
	//nolint:errcheck // the client may be gone
	json.NewEncoder(w).Encode(map[string]any{
		"apiVersion": "v1", "kind": kind + "List", "metadata": map[string]any{"resourceVersion": strconv.Itoa(f.version)}, "items": items,
	})
}

// stream sends what there is, when it is asked to, and all that is put later.
func (f *fakeAPI) stream(w http.ResponseWriter, r *http.Request, resource string) {
	events := make(chan string, 1000)
	f.mu.Lock()
	if r.URL.Query().Get("sendInitialEvents") == "true" {
		for _, o := range f.objects[resource] {
			events <- event("ADDED", o)
		}
		events <- event("BOOKMARK", map[string]any{
			"apiVersion": "v1", "kind": "Kind" + strings.TrimSuffix(strings.TrimPrefix(resource, "kind"), "s"),
			"metadata": map[string]any{"resourceVersion": strconv.Itoa(f.version), "annotations": map[string]any{"k8s.io/initial-events-end": "true"}},
		})
	}
	f.streams[events] = resource
	f.mu.Unlock()
	w.WriteHeader(http.StatusOK)
	http.NewResponseController(w).Flush()
	for {
		select {
		case text, open := <-events:
			if !open {
				return
			}
			fmt.Fprintln(w, text)
			http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func event(kind string, o map[string]any) string {
	text, err := json.Marshal(map[string]any{"type": kind, "object": o})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// put writes an object and tells all who watch.
func (f *fakeAPI) put(kind int, name string, data map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.version++
	resource := fmt.Sprintf("kind%ds", kind)
	o := map[string]any{
		"apiVersion": "v1", "kind": fmt.Sprintf("Kind%d", kind), "data": data,
		"metadata": map[string]any{"name": name, "namespace": "learn", "resourceVersion": strconv.Itoa(f.version), "creationTimestamp": "2026-01-01T00:00:00Z"},
	}
	is := "MODIFIED"
	if f.objects[resource] == nil {
		f.objects[resource] = map[string]map[string]any{}
	}
	if f.objects[resource][name] == nil {
		is = "ADDED"
	}
	f.objects[resource][name] = o
	for events, of := range f.streams {
		if of == resource {
			events <- event(is, o)
		}
	}
}

// cut ends all watches, with a last word unless that is "", and from now on
// answers by hook.
func (f *fakeAPI) cut(word string, hook func(http.ResponseWriter, *http.Request, bool) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = hook
	for events := range f.streams {
		if word != "" {
			events <- word
		}
		close(events)
	}
	f.streams = map[chan string]string{}
}
