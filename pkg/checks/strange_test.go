package checks

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// An API that answers with something else has not said that there is nothing.
func TestAnswerOfAnotherKind(t *testing.T) {
	const absent = "- {id: a, name: A, absent: {kind: ConfigMap, name: x}}"
	for name, tt := range map[string]struct {
		body, want string
	}{
		"right":           {`{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[]}`, ""},
		"another list":    {`{"kind":"SecretList","apiVersion":"v1","metadata":{},"items":[]}`, "asked for ConfigMapList (v1) and answered with SecretList (v1)"},
		"another version": {`{"kind":"ConfigMapList","apiVersion":"v2","metadata":{},"items":[]}`, "answered with ConfigMapList (v2)"},
		"a bare list":     {`{"kind":"List","apiVersion":"v1","metadata":{},"items":[]}`, "answered with List (v1)"},
		"other objects": {
			`{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[{"kind":"Secret","apiVersion":"v1","metadata":{"name":"y","namespace":"learn"}}]}`,
			"asked for ConfigMap (v1) and answered with Secret (v1)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := engineFor(t, discoveryFor(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("watch") != "" {
					refuse(w, http.StatusUnprocessableEntity, "Invalid", "sendInitialEvents is not known")
					return
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, tt.body)
			}))
			wanted := Unknown
			if tt.want == "" {
				wanted = Passed
			}
			if r := lookAt(t, e, absent); r.Verdict != wanted || !strings.Contains(r.Reason.EN, tt.want) {
				t.Errorf("Look gave %s, %q; want %s, %q", r.Verdict, r.Reason.EN, wanted, tt.want)
			}
			if tt.want == "" {
				return
			}
			w := lab{engine: e, namespace: "learn"}.watch(t, absent)
			if r := w.until(t, Unknown); !strings.Contains(r[0].Reason.EN, tt.want) {
				t.Errorf("Watch gave %q, want %q", r[0].Reason.EN, tt.want)
			}
		})
	}
}
