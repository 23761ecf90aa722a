package checks

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// saidTo is what results say, whatever they were found by.
func saidTo(all []Results) (list [][]string) {
	for _, results := range all {
		list = append(list, verdictsOf(results))
	}
	return list
}

// A class is looked at by as many requests as there are kinds and pages, and each
// learner is told the same as by a look at that namespace alone.
func TestLookAll(t *testing.T) {
	const learners = 300
	a := newClassAPI()
	e := engineFor(t, a)
	targets := classTargets(t, fillClass(a, learners))
	got, err := e.LookAll(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	asked := a.count()
	if a.requests["get Namespace"] > 0 {
		t.Errorf("namespaces were asked for one by one: %v", a.requests)
	}
	t.Logf("%d namespaces with %d checks: %d requests: %v", learners, len(targets[0].Checks), asked, a.requests)
	if asked > 30 {
		t.Errorf("%d requests, want at most 30: %v", asked, a.requests)
	}
	for verb := range a.requests {
		if verb == "list Secret" || verb == "get Secret" {
			t.Errorf("Secrets were asked for namespace by namespace: %v", a.requests)
		}
	}
	for i, target := range targets[:5] {
		alone, err := e.Look(t.Context(), target.Namespace, target.Checks)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(verdictsOf(alone), verdictsOf(got[i])); diff != "" {
			t.Errorf("%s (-alone +in the class):\n%s", target.Namespace, diff)
		}
	}
	want := []string{
		"c0: passed: ", "c1: passed: ", "c2: passed: ", "c3: passed: ", "c4: passed: ", "c5: passed: ", "c6: passed: ",
		"c7: failed: there is no ConfigMap setings, but there is settings",
		"c8: failed: there is no ConfigMap db, but there is a Secret with that name",
		"c9: failed: spec.nodeName is earth, wanted moon",
	}
	for i := range got {
		if diff := cmp.Diff(want, verdictsOf(got[i])); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", targets[i].Namespace, diff)
		}
	}
}

// What passes needs no explanation: nothing is asked but what the checks are about,
// and whether their namespace is there.
func TestLookExplainsOnlyWhatDidNotPass(t *testing.T) {
	a := newClassAPI()
	e := engineFor(t, a)
	fillClass(a, 1)
	if r := lookIn(t, e, "learn-0000", "- {id: a, name: A, object: {kind: Pod, name: web}, match: {spec: {nodeName: earth}}}"); !r.Passed() {
		t.Fatal(verdictsOf(r))
	}
	if diff := cmp.Diff(map[string]int{"get Namespace": 1, "list Pod": 1}, a.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func lookIn(t *testing.T, e *Engine, namespace, src string) Results {
	t.Helper()
	results, err := e.Look(t.Context(), namespace, parsed(t, src))
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// Who may not list across namespaces, or not at all, or whose pages grow too old,
// is told the same.
func TestLookAllWithFewerRights(t *testing.T) {
	full := newClassAPI()
	namespaces := fillClass(full, 2*follow.FewNamespaces)
	for i := range 2 * follow.PageSize {
		full.add("ConfigMap", fmt.Sprint("stranger-", i), "settings", nil)
	}
	targets := classTargets(t, namespaces)
	want, err := engineFor(t, full).LookAll(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		forbids []string
		expire  bool
	}{
		"not across namespaces": {forbids: []string{"list everywhere"}},
		"pages grow too old":    {expire: true},
	} {
		t.Run(name, func(t *testing.T) {
			a := newClassAPI()
			a.objects, a.forbids, a.expire = full.objects, tt.forbids, tt.expire
			got, err := engineFor(t, a).LookAll(t.Context(), targets)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(saidTo(want), saidTo(got)); diff != "" {
				t.Errorf("LookAll (-with all rights +got):\n%s", diff)
			}
			if a.expire {
				t.Error("no second page was asked for")
			}
		})
	}
}

// Where single objects may be read and lists may not, objects that a check names
// are looked at; what needs a list names the right that is missing.
func TestLookGetsWhatMayNotBeListed(t *testing.T) {
	a := newClassAPI()
	a.forbids = []string{"list", "watch"}
	fillClass(a, 1)
	got := verdictsOf(lookIn(t, engineFor(t, a), "learn-0000", classChecks))
	const refused = `c4: unknown: you lack permission: user "ann" can't list services in namespace learn-0000`
	want := []string{
		"c0: passed: ", "c1: passed: ", "c2: passed: ", "c3: passed: ", refused, "c5: passed: ", "c6: passed: ",
		"c7: failed: there is no ConfigMap setings in namespace learn-0000",
		"c8: failed: there is no ConfigMap db in namespace learn-0000",
		"c9: failed: spec.nodeName is earth, wanted moon",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Look (-want +got):\n%s", diff)
	}
	a.forbids = append(a.forbids, "get")
	r := lookIn(t, engineFor(t, a), "learn-0000", "- {id: a, name: A, absent: {kind: Pod, name: web}}")
	if r[0].Verdict != Unknown || r[0].Reason.EN != `you lack permission: user "ann" can't get pods in namespace learn-0000` {
		t.Errorf("without get: %v", verdictsOf(r))
	}
}

// Without the right to watch, what changes is found by asking again.
func TestWatchWhatMayNotBeWatched(t *testing.T) {
	for name, forbids := range map[string][]string{
		"get and list": {"watch"},
		"get alone":    {"watch", "list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newClassAPI()
			a.forbids = forbids
			e := engineFor(t, a)
			w := lab{engine: e, namespace: "learn"}.watch(t, settings)
			w.until(t, Failed)
			a.add("ConfigMap", "learn", "settings", nil)
			w.until(t, Passed)
			asked := a.count()
			timing.Pause(t.Context(), 4*time.Second)
			if more := a.count() - asked; more > 6 {
				t.Errorf("%d requests in 4 s while nothing changed, want at most 6", more)
			}
			a.mu.Lock()
			a.objects = map[string][]map[string]any{}
			a.mu.Unlock()
			w.until(t, Failed)
		})
	}
}
