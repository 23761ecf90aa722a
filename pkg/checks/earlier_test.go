package checks

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestEventsOfAnEarlierObject looks at events whose object was deleted and made
// again: even a look that reads only what decides must know which one exists now.
func TestEventsOfAnEarlierObject(t *testing.T) {
	t.Parallel()
	for uid, want := range map[string]Verdict{"new": Passed, "old": Failed} {
		e := engineFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			switch {
			case r.URL.Path == "/api":
				fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
			case r.URL.Path == "/apis":
				fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
			case r.URL.Path == "/api/v1":
				fmt.Fprint(w, `{"kind":"APIResourceList","groupVersion":"v1","resources":[
					{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["get","list","watch"]},
					{"name":"events","kind":"Event","namespaced":true,"verbs":["get","list","watch"]}]}`)
			case strings.HasSuffix(r.URL.Path, "/configmaps"):
				fmt.Fprint(w, `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[
					{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"settings","namespace":"learn","uid":"new"}}]}`)
			default:
				fmt.Fprintf(w, `{"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[
					{"kind":"Event","apiVersion":"v1","metadata":{"name":"e","namespace":"learn"},"reason":"Seen",
					"involvedObject":{"kind":"ConfigMap","name":"settings","uid":%q}}]}`, uid)
			}
		}))
		if r := lookAt(t, e, "- {id: e, name: E, events: {kind: ConfigMap, name: settings, reason: Seen, min: 1}}"); r.Verdict != want {
			t.Errorf("an event of the %s object: %s, %s; want %s", uid, r.Verdict, r.Reason.EN, want)
		}
	}
}
