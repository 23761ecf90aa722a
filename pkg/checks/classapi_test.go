package checks

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// classAPI is an API server with the namespaces of a class. It lists by pages, and
// counts what it is asked.
type classAPI struct {
	// forbids says which requests are refused: "list everywhere", "list", "watch".
	forbids []string

	mu       sync.Mutex
	objects  map[string][]map[string]any
	requests map[string]int
	// expire makes the next continuation too old.
	expire bool
}

const classKinds = `{"kind":"APIResourceList","groupVersion":"v1","resources":[%s]}`

func newClassAPI() *classAPI {
	return &classAPI{objects: map[string][]map[string]any{}, requests: map[string]int{}}
}

func (a *classAPI) add(kind, namespace, name string, more map[string]any) {
	o := map[string]any{
		"apiVersion": "v1", "kind": kind,
		"metadata": map[string]any{"name": name, "namespace": namespace, "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"},
	}
	maps.Copy(o, more)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.objects[kind] = append(a.objects[kind], o)
}

// ServeHTTP answers discovery, lists and gets of the kinds of group v1.
func (a *classAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	kinds := []string{"ConfigMap", "Secret", "Pod", "Service", "Event", "PersistentVolumeClaim", "Namespace"}
	switch r.URL.Path {
	case "/api":
		fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
		return
	case "/apis":
		fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
		return
	case "/api/v1":
		var list []string
		for _, k := range kinds {
			list = append(list, fmt.Sprintf(`{"name":"%ss","kind":%q,"namespaced":%v,"verbs":["get","list","watch"]}`, strings.ToLower(k), k, k != "Namespace"))
		}
		fmt.Fprintf(w, classKinds, strings.Join(list, ","))
		return
	}
	place := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/")
	namespace, name := "", ""
	if place[0] == "namespaces" && len(place) > 2 {
		namespace, place = place[1], place[2:]
	}
	if len(place) > 1 {
		name = place[1]
	}
	for _, kind := range kinds {
		if strings.ToLower(kind)+"s" == place[0] {
			a.answer(w, r, kind, namespace, name)
			return
		}
	}
	refuse(w, http.StatusNotFound, "NotFound", "nothing here")
}

func (a *classAPI) answer(w http.ResponseWriter, r *http.Request, kind, namespace, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	verb := "list"
	switch {
	case name != "":
		verb = "get"
	case r.URL.Query().Get("watch") != "":
		verb = "watch"
	case namespace == "":
		verb = "list everywhere"
	}
	a.requests[verb+" "+kind]++
	if slices.Contains(a.forbids, verb) || verb == "list everywhere" && slices.Contains(a.forbids, "list") {
		refuse(w, http.StatusForbidden, "Forbidden", fmt.Sprintf(
			`%ss is forbidden: User "ann" cannot %s resource "%ss" in API group "" in the namespace %q`, strings.ToLower(kind), verb, strings.ToLower(kind), namespace))
		return
	}
	var items []map[string]any
	for _, o := range a.objects[kind] {
		meta, _ := o["metadata"].(map[string]any)
		if (namespace == "" || meta["namespace"] == namespace) && (name == "" || meta["name"] == name) {
			items = append(items, o)
		}
	}
	if verb == "get" {
		if len(items) == 0 {
			refuse(w, http.StatusNotFound, "NotFound", name+" not found")
			return
		}
		json.NewEncoder(w).Encode(items[0]) //nolint:errcheck // the client may be gone
		return
	}
	a.list(w, r, kind, items)
}

func (a *classAPI) list(w http.ResponseWriter, r *http.Request, kind string, items []map[string]any) {
	from, _ := strconv.Atoi(cmp.Or(r.URL.Query().Get("continue"), "0"))
	if from > 0 && a.expire {
		a.expire = false
		refuse(w, http.StatusGone, "Expired", "the continue token is too old")
		return
	}
	meta := map[string]any{"resourceVersion": "1"}
	if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 0 && from+limit < len(items) {
		meta["continue"] = strconv.Itoa(from + limit)
		items = items[:from+limit]
	}
	version := "v1"
	if strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadataList") {
		version, kind = "meta.k8s.io/v1", "PartialObjectMetadata"
	}
	//nolint:errcheck // the client may be gone
	json.NewEncoder(w).Encode(map[string]any{"apiVersion": version, "kind": kind + "List", "metadata": meta, "items": items[min(from, len(items)):]})
}

func (a *classAPI) count() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return total(a.requests)
}

// classChecks are ten checks on five kinds, of which the last three do not pass.
const classChecks = `
- {id: c0, name: C, object: {kind: ConfigMap, name: settings}, match: {data: {a: 1}}}
- {id: c1, name: C, object: {kind: ConfigMap, name: more}, cel: object.data.b == "2"}
- {id: c2, name: C, object: {kind: Secret, name: db}, match: {stringData: {password: correct horse}}}
- {id: c3, name: C, object: {kind: Service, name: web}}
- {id: c4, name: C, objects: {kind: Service, selector: app=web, count: 1}}
- {id: c5, name: C, absent: {kind: ConfigMap, name: old}}
- {id: c6, name: C, absent: {kind: Pod, name: old}}
- {id: c7, name: C, object: {kind: ConfigMap, name: setings}}
- {id: c8, name: C, object: {kind: ConfigMap, name: db}}
- {id: c9, name: C, object: {kind: Pod, name: web}, match: {spec: {nodeName: moon}}}
`

func fillClass(a *classAPI, namespaces int) (targets []string) {
	for i := range namespaces {
		n := fmt.Sprintf("learn-%04d", i)
		targets = append(targets, n)
		a.add("Namespace", "", n, nil)
		a.add("ConfigMap", n, "kube-root-ca.crt", nil)
		a.add("ConfigMap", n, "settings", map[string]any{"data": map[string]any{"a": "1"}})
		a.add("ConfigMap", n, "more", map[string]any{"data": map[string]any{"b": "2"}})
		a.add("Secret", n, "db", map[string]any{"data": map[string]any{"password": "Y29ycmVjdCBob3JzZQ=="}})
		a.add("Service", n, "web", map[string]any{"metadata": map[string]any{
			"name": "web", "namespace": n, "labels": map[string]any{"app": "web"}, "creationTimestamp": "2026-01-01T00:00:00Z",
		}})
		a.add("Pod", n, "web", map[string]any{
			"spec":   map[string]any{"nodeName": "earth"},
			"status": map[string]any{"phase": "Running", "conditions": []any{map[string]any{"type": "Ready", "status": "True"}}},
		})
	}
	a.add("Secret", "elsewhere", "setings", nil)
	// Without it, somebody may have created it in the wrong place.
	a.add("ConfigMap", "default", "setings", nil)
	a.add("Namespace", "", "default", nil)
	return targets
}

func classTargets(tb testing.TB, namespaces []string) []Target {
	tb.Helper()
	cs := parsed(tb, classChecks)
	var targets []Target
	for _, n := range namespaces {
		targets = append(targets, Target{Namespace: n, Checks: cs})
	}
	return targets
}
