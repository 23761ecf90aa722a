package checks

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A check that is built or changed in Go is judged by what it says, as one that was
// parsed.
func TestChecksOfGo(t *testing.T) {
	one := 1
	changed := func(src string, change func(*Check)) Check {
		c := parsed(t, src)[0]
		change(&c)
		return c
	}
	configMap := &ObjectProbe{Kind: "ConfigMap", Name: "settings"}
	tests := map[string]struct {
		check        Check
		want         Verdict
		reason, hint string
	}{
		"false":         {Check{Object: configMap, CEL: "false"}, Failed, "the condition is false: false", ""},
		"true":          {Check{Object: configMap, CEL: "true"}, Passed, "", ""},
		"does not hold": {Check{Object: configMap, CEL: `object.data.a == "2"`}, Failed, `data.a is "1", wanted "2"`, ""},
		"does not compile": {
			Check{Object: configMap, CEL: "objekt.data"},
			Unknown,
			"this check is invalid: undeclared reference to 'objekt' (in container '')", "",
		},
		"a number": {Check{Object: configMap, CEL: "1"}, Unknown, "this check is invalid: the expression must be true or false, but its type is int", ""},
		"of another probe": {
			Check{Object: configMap, CEL: "exitCode == 0"},
			Unknown,
			"this check is invalid: undeclared reference to 'exitCode' (in container '')", "",
		},
		"changed": {
			changed("- {id: a, name: A, object: {kind: ConfigMap, name: settings}, cel: 'true'}", func(c *Check) { c.CEL = "false" }),
			Failed, "the condition is false: false", "",
		},
		"taken away": {
			changed("- {id: a, name: A, object: {kind: ConfigMap, name: settings}, cel: 'false'}", func(c *Check) { c.CEL = "" }),
			Passed, "", "",
		},
		"probe changed": {
			changed("- {id: a, name: A, object: {kind: ConfigMap, name: settings}, cel: 'false'}", func(c *Check) {
				c.Object, c.Objects = nil, &ObjectsProbe{Kind: "ConfigMap"}
				c.CEL = "objects.size() == 1"
			}),
			Passed, "", "",
		},
		"selector changed": {
			changed("- {id: a, name: A, objects: {kind: ConfigMap, selector: app=none, count: 0}}", func(c *Check) { c.Objects.Selector = "app=web" }),
			Failed, "the number of objects of kind ConfigMap (app=web) is 1, wanted 0", "",
		},
		"bad selector": {
			Check{Objects: &ObjectsProbe{Kind: "ConfigMap", Selector: "a in"}}, Unknown, `this check is invalid: selector "a in" isn't a valid label selector`, "",
		},
		"hint that does not apply": {
			Check{Object: configMap, CEL: "false", Hints: []Hint{{When: "false", Say: "no"}, {When: `object.data.a == "1"`, Say: "yes"}}},
			Failed, "the condition is false: false", "yes",
		},
		"hint at fault":  {Check{Object: configMap, CEL: "false", Hints: []Hint{{When: "nix", Say: "no"}}}, Unknown, "this check is invalid: undeclared reference to 'nix'", ""},
		"two probes":     {Check{Object: configMap, Run: &RunProbe{Command: "true"}}, Unknown, "this check is invalid: ", ""},
		"no probe":       {Check{}, Unknown, "this check is invalid: ", ""},
		"absent and cel": {Check{Absent: &AbsentProbe{Kind: "ConfigMap", Name: "x"}, CEL: "true"}, Unknown, "this check is invalid: absent doesn't take a cel", ""},
		"log of nothing": {Check{Logs: &LogsProbe{PodChoice: PodChoice{Pod: "p"}}}, Unknown, "this check is invalid: ", ""},
		"match of http":  {Check{HTTP: &HTTPProbe{Service: "web", Port: "80"}, Match: map[string]any{"a": "b"}}, Unknown, "this check is invalid: match only works on objects", ""},
		"http":           {Check{HTTP: &HTTPProbe{Service: "web", Port: "80"}}, Passed, "", ""},
		"http and cel":   {Check{HTTP: &HTTPProbe{Service: "web", Port: "80"}, CEL: `response.body == "GET /"`}, Passed, "", ""},
		"fewer than none": {
			Check{HTTP: &HTTPProbe{Service: "web", Port: "80", Times: -1}}, Unknown, "this check is invalid: ", "",
		},
		"count": {Check{Objects: &ObjectsProbe{Kind: "ConfigMap", Count: &one}}, Passed, "", ""},
	}
	e := engineFor(t, http.HandlerFunc(serveSettings))
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			results, err := e.Look(t.Context(), "learn", []Check{tt.check})
			if err != nil {
				t.Fatal(err)
			}
			r := results[0]
			if r.Verdict != tt.want || !strings.HasPrefix(r.Reason.EN, tt.reason) || (r.Reason.EN == "") != (tt.want == Passed) || r.Hint != tt.hint {
				t.Errorf("Look gave %s, %q, hint %q; want %s, %q, hint %q", r.Verdict, r.Reason.EN, r.Hint, tt.want, tt.reason, tt.hint)
			}
			w := lab{engine: e, namespace: "learn"}.watchChecks(t, []Check{tt.check})
			w.until(t, tt.want)
		})
	}
}

// serveSettings is an API server with one ConfigMap and a Service that echoes.
func serveSettings(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	list := func(kind, item string) {
		if r.URL.Query().Get("sendInitialEvents") == "true" {
			refuse(w, http.StatusUnprocessableEntity, "Invalid", "no lists by watching")
			return
		}
		if r.URL.Query().Get("watch") != "" {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		fmt.Fprintf(w, `{"kind":"%sList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[%s]}`, kind, item)
	}
	switch {
	case r.URL.Path == "/api":
		fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1"]}`)
	case r.URL.Path == "/apis":
		fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
	case r.URL.Path == "/api/v1":
		fmt.Fprint(w, `{"kind":"APIResourceList","groupVersion":"v1","resources":[
			{"name":"configmaps","kind":"ConfigMap","namespaced":true,"verbs":["list","watch"]},
			{"name":"services","kind":"Service","namespaced":true,"verbs":["list","watch"]},
			{"name":"pods","kind":"Pod","namespaced":true,"verbs":["list","watch"]}]}`)
	case strings.HasSuffix(r.URL.Path, "/configmaps"):
		list("ConfigMap", `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"settings","namespace":"learn","labels":{"app":"web"}},"data":{"a":"1"}}`)
	case strings.HasSuffix(r.URL.Path, "/services"):
		list("Service", `{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"learn"},"spec":{"ports":[{"port":80}]}}`)
	case strings.Contains(r.URL.Path, "/proxy"):
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, r.Method+" "+r.URL.Path[strings.Index(r.URL.Path, "/proxy")+len("/proxy"):])
	default:
		list("Any", "")
	}
}
