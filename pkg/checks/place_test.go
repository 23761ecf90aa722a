package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// placeAPI serves ConfigMaps and namespaces, of which it says what is asked here.
// As a real one does, it lists nothing in a namespace that does not exist.
func placeAPI(t *testing.T, namespaces, configMaps string, refused bool) *Engine {
	t.Helper()
	list := func(w http.ResponseWriter, kind, items string) {
		fmt.Fprintf(w, `{"kind":"%sList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[%s]}`, kind, items)
	}
	return engineFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/api":
			fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
		case r.URL.Path == "/apis":
			fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
		case r.URL.Path == "/api/v1":
			fmt.Fprint(w, `{"kind":"APIResourceList","groupVersion":"v1","resources":[
				{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["get","list","watch"]},
				{"name":"namespaces","kind":"Namespace","namespaced":false,"verbs":["get","list","watch"]}]}`)
		case strings.HasPrefix(r.URL.Path, "/api/v1/namespaces") && !strings.HasSuffix(r.URL.Path, "/configmaps") && refused:
			refuse(w, http.StatusForbidden, "Forbidden", "no namespaces for you")
		case r.URL.Path == "/api/v1/namespaces":
			list(w, "Namespace", namespaces)
		case r.URL.Path == "/api/v1/namespaces/learn" && namespaces == "":
			refuse(w, http.StatusNotFound, "NotFound", `namespaces "learn" not found`)
		case r.URL.Path == "/api/v1/namespaces/learn":
			fmt.Fprint(w, namespaces)
		case strings.HasSuffix(r.URL.Path, "/namespaces/learn/configmaps"):
			list(w, "ConfigMap", configMaps)
		default:
			list(w, "ConfigMap", "")
		}
	}))
}

// TestPlace looks into namespaces that are not there or on their way out: nothing
// passes there, not even that there is nothing.
func TestPlace(t *testing.T) {
	t.Parallel()
	const (
		there = `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"learn"}}`
		going = `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"learn","deletionTimestamp":"2026-01-01T00:00:00Z"},
			"status":{"phase":"Terminating","conditions":[{"type":"NamespaceFinalizersRemaining","status":"True",
			"message":"Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"}]}}`
		settings = `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"settings","namespace":"learn","labels":{"a":"b"}}}`
		leaving  = "waiting: namespace learn is being deleted: something in it is waiting for its finalizers: example.com/hold in 1 resource instances"
		nowhere  = "failed: there is no namespace learn"
	)
	tests := map[string]struct {
		namespaces, configMaps string
		refused                bool
		// want is what the checks say, in the order of the probes below.
		want []string
	}{
		"there":   {there, settings, false, []string{"passed: ", "passed: ", "passed: ", "passed: "}},
		"missing": {"", "", false, []string{nowhere, nowhere, nowhere, nowhere}},
		"going":   {going, settings, false, []string{leaving, leaving, leaving, leaving}},
		"not to be read": {"", settings, true, []string{
			"passed: ", "passed: ", "passed: ", "passed: ",
		}},
		"made a moment ago": {"", settings, false, []string{"passed: ", "passed: ", nowhere, nowhere}},
	}
	const src = `
- {id: a, name: A, object: {kind: ConfigMap, name: settings}}
- {id: b, name: B, objects: {kind: ConfigMap, selector: a=b, count: 1}}
- {id: c, name: C, absent: {kind: ConfigMap, name: old}}
- {id: d, name: D, objects: {kind: ConfigMap, selector: a=c, count: 0}}`
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := placeAPI(t, tt.namespaces, tt.configMaps, tt.refused)
			results, err := e.Look(t.Context(), "learn", parsed(t, src))
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				if got := fmt.Sprintf("%s: %s", r.Verdict, r.Reason.EN); got != tt.want[i] {
					t.Errorf("%s: %s, want %s", r.Check.ID, got, tt.want[i])
				}
			}
		})
	}
}

// TestPlaceIsWatched follows a namespace on its way out.
func TestPlaceIsWatched(t *testing.T) {
	t.Parallel()
	c := parsed(t, "- {id: a, name: A, absent: {kind: ConfigMap, name: old}}")[0]
	namespace := func(text string) cells {
		o := &kube.Object{}
		if text != "" {
			if err := json.Unmarshal([]byte(text), &o.Object); err != nil {
				t.Fatal(err)
			}
		}
		return func(k follow.Key) follow.Cell {
			if k.GVR.Resource == "namespaces" && text != "" {
				return shelf{"learn": o}
			}
			return shelf{}
		}
	}
	n := needs{{key: follow.Key{Namespace: "learn"}, kind: "ConfigMap"}, {kind: namespaceKind, place: true}}
	n[1].key.GVR.Resource = "namespaces"
	for text, want := range map[string]Verdict{
		`{"metadata":{"name":"learn"}}`: Passed,
		"":                              Failed,
		`{"metadata":{"name":"learn","deletionTimestamp":"2026-01-01T00:00:00Z"}}`: Waiting,
	} {
		s, err := see(c, "learn", n, namespace(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := evaluate(t.Context(), c, s, recordedAt); got.Verdict != want {
			t.Errorf("%q: %s, want %s", text, got.Verdict, want)
		}
	}
}
