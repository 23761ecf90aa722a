package checks

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// groupsAPI is an API server that says by aggregated discovery which kinds its
// groups serve, and has no objects.
type groupsAPI struct {
	// groups are "group/version: Kind Kind", in the server's order.
	groups []string

	mu sync.Mutex
	// stale are groups that do not answer at the moment.
	stale map[string]bool
	// asked counts the lists by their path.
	asked map[string]int
}

func (g *groupsAPI) setStale(groups ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stale = map[string]bool{}
	for _, name := range groups {
		g.stale[name] = true
	}
}

// ServeHTTP answers discovery, and empty lists.
func (g *groupsAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch r.URL.Path {
	case "/api", "/apis":
		w.Header().Set("Content-Type", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
		fmt.Fprintf(w, `{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[%s]}`, g.discovery(r.URL.Path == "/api"))
		return
	}
	g.asked[r.URL.Path]++
	w.Header().Set("Content-Type", "application/json")
	place := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	gv, kind := place[1], "Core"
	if place[0] == "apis" {
		gv = place[1] + "/" + place[2]
	}
	for _, line := range g.groups {
		name, kinds, _ := strings.Cut(line, ": ")
		for k := range strings.FieldsSeq(kinds) {
			if name == gv && strings.ToLower(k)+"s" == place[len(place)-1] {
				kind = k
			}
		}
	}
	fmt.Fprintf(w, `{"kind":"%sList","apiVersion":%q,"metadata":{"resourceVersion":"1"},"items":[]}`, kind, gv)
}

func (g *groupsAPI) discovery(core bool) string {
	byGroup, order := map[string][]string{}, []string{}
	for _, line := range g.groups {
		gv, kinds, _ := strings.Cut(line, ": ")
		group, version, named := strings.Cut(gv, "/")
		if !named {
			group, version = "", gv
		}
		if (group == "") != core {
			continue
		}
		var resources []string
		for kind := range strings.FieldsSeq(kinds) {
			resources = append(resources, fmt.Sprintf(`{"resource":%q,"scope":"Namespaced","singularResource":%q,"verbs":["get","list","watch"],
				"responseKind":{"group":%q,"version":%q,"kind":%q}}`, strings.ToLower(kind)+"s", strings.ToLower(kind), group, version, kind))
		}
		if byGroup[group] == nil {
			order = append(order, group)
		}
		freshness, list := "Current", strings.Join(resources, ",")
		if g.stale[group] {
			freshness, list = "Stale", ""
		}
		byGroup[group] = append(byGroup[group], fmt.Sprintf(`{"version":%q,"freshness":%q,"resources":[%s]}`, version, freshness, list))
	}
	var items []string
	for _, group := range order {
		items = append(items, fmt.Sprintf(`{"metadata":{"name":%q},"versions":[%s]}`, group, strings.Join(byGroup[group], ",")))
	}
	return strings.Join(items, ",")
}

// servedByMany has kinds that several groups serve, in the order that a server
// gives: by priority, then by name.
func servedByMany() *groupsAPI {
	return &groupsAPI{asked: map[string]int{}, groups: []string{
		"v1: ConfigMap Event Service",
		"apps/v1: Deployment",
		"events.k8s.io/v1: Event",
		"networking.k8s.io/v1: Ingress",
		"a.example/v2: Widget", "a.example/v1: Widget Gadget",
		"networking.internal.knative.dev/v1: Ingress",
		"serving.knative.dev/v1: Service",
		"z.example/v1: Widget",
	}}
}

// Which group is asked for a kind that several serve is the same each time.
func TestKindOfSeveralGroups(t *testing.T) {
	tests := map[string]struct {
		src, reason, asked string
	}{
		"core first": {src: "absent: {kind: Event, name: e}", asked: "/api/v1/namespaces/learn/events"},
		"core before an extension": {
			src: "absent: {kind: Service, name: s}", asked: "/api/v1/namespaces/learn/services",
		},
		"Kubernetes' own before others": {
			src: "absent: {kind: Ingress, name: i}", asked: "/apis/networking.k8s.io/v1/namespaces/learn/ingresss",
		},
		"one group, the version that it prefers": {
			src: "absent: {kind: Widget, apiVersion: a.example/v2, name: w}", asked: "/apis/a.example/v2/namespaces/learn/widgets",
		},
		"a version that has the kind": {
			src: "absent: {kind: Gadget, name: g}", asked: "/apis/a.example/v1/namespaces/learn/gadgets",
		},
		"named": {
			src: "absent: {kind: Event, apiVersion: events.k8s.io/v1, name: e}", asked: "/apis/events.k8s.io/v1/namespaces/learn/events",
		},
		"nothing ranks them": {
			src:    "absent: {kind: Widget, name: w}",
			reason: `several API groups serve the kind "Widget": choose one with apiVersion: a.example/v2 or apiVersion: z.example/v1`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for range 30 {
				api := servedByMany()
				r := lookAt(t, engineFor(t, api), "- {id: a, name: A, "+tt.src+"}")
				if tt.reason != "" {
					if r.Verdict != Unknown || r.Reason.EN != tt.reason {
						t.Fatalf("%s, %q; want unknown, %q", r.Verdict, r.Reason.EN, tt.reason)
					}
					continue
				}
				if diff := cmp.Diff(map[string]int{tt.asked: 1}, api.asked); r.Verdict != Passed || diff != "" {
					t.Fatalf("%s, %q; asked (-want +got):\n%s", r.Verdict, r.Reason.EN, diff)
				}
			}
		})
	}
}

// An aggregated server that is away for a while does not change which group is
// meant, and is named where a kind may be its own.
func TestGroupAwayDoesNotChangeTheChoice(t *testing.T) {
	api := servedByMany()
	e := engineFor(t, api)
	const ambiguous = `several API groups serve the kind "Widget"`
	look := func(kind, want string) {
		t.Helper()
		e.cluster.AskAgain()
		r := lookAt(t, e, fmt.Sprintf("- {id: a, name: A, absent: {kind: %s, name: w}}", kind))
		if !strings.Contains(r.Reason.EN, want) || (want == "") != (r.Verdict == Passed) {
			t.Errorf("%s, %q; want %q", r.Verdict, r.Reason.EN, want)
		}
	}
	look("Widget", ambiguous)
	api.setStale("a.example")
	look("Sprocket", "the API group a.example isn't responding")
	look("Widget", ambiguous)
	look("Gadget", "")
	api.setStale()
	look("Widget", ambiguous)
}
