package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const onKind = "- {id: a, name: A, object: {kind: Kind0, name: one}, match: {data: {a: 1}}}"

// goneEvent is what a server sends in a watch whose version it has forgotten.
const goneEvent = `{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old"}}`

func refusing(code int, reason string, header ...string) func(http.ResponseWriter, *http.Request, bool) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ bool) bool {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		refuse(w, code, reason, reason)
		return true
	}
}

// An API server that fails while a check is watched: what it hid is never told as
// if it were known, and the true state is found once it has recovered.
func TestWatchSurvives(t *testing.T) {
	tests := map[string]struct {
		word string
		hook func(http.ResponseWriter, *http.Request, bool) bool
		// unknown is what the reason must say until the server has recovered, ""
		// when it need not be noticed at all.
		unknown string
	}{
		"410 Gone in the stream": {word: goneEvent},
		"410 Gone for a watch": {hook: func(w http.ResponseWriter, r *http.Request, watch bool) bool {
			if !watch || r.URL.Query().Get("resourceVersion") == "" || r.URL.Query().Get("sendInitialEvents") == "true" {
				return false
			}
			refuse(w, http.StatusGone, "Expired", "too old")
			return true
		}},
		"the stream ends":       {},
		"401, an expired token": {hook: refusing(401, "Unauthorized"), unknown: "the API server doesn't accept your credentials: they're wrong or have expired"},
		"403":                   {hook: refusing(403, "Forbidden"), unknown: "you lack permission"},
		"429 with Retry-After":  {hook: refusing(429, "TooManyRequests", "Retry-After", "2"), unknown: "the API server didn't answer in time"},
		"500":                   {hook: refusing(500, "InternalError"), unknown: "the API server can't tell"},
		"it hangs": {hook: func(_ http.ResponseWriter, r *http.Request, _ bool) bool {
			<-r.Context().Done()
			return true
		}, unknown: "the API server didn't answer in time"},
		"it breaks off": {hook: func(http.ResponseWriter, *http.Request, bool) bool { panic(http.ErrAbortHandler) }, unknown: "the API server "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, e := newFakeAPI(t, 1)
			f.put(0, "one", map[string]any{"a": "1"})
			w := lab{engine: e, namespace: "learn"}.watch(t, onKind)
			w.until(t, Passed)
			f.cut(tt.word, tt.hook)
			f.put(0, "one", map[string]any{"a": "2"})
			if tt.unknown != "" {
				lost := w.until(t, Unknown)
				if !strings.HasPrefix(lost[0].Reason.EN, tt.unknown) {
					t.Errorf("reason %q, want %q", lost[0].Reason.EN, tt.unknown)
				}
				f.server.CloseClientConnections()
				f.cut("", nil)
			}
			found := w.until(t, Failed)
			if found[0].Reason.EN != "data.a is 2, wanted 1" {
				t.Errorf("reason %q", found[0].Reason.EN)
			}
			f.cut("", nil)
			f.put(0, "one", map[string]any{"a": "1"})
			w.until(t, Passed)
		})
	}
}

// However many checks there are and however often they are watched, each kind is
// listed once and watched once, and what changes is not asked for.
func TestRequestsDoNotGrowWithChecks(t *testing.T) {
	const kinds, checks = 50, 1000
	f, e := newFakeAPI(t, kinds)
	var src strings.Builder
	want := make([]Verdict, checks)
	for i := range checks {
		fmt.Fprintf(&src, "- {id: c%d, name: C, object: {kind: Kind%d, name: n%d}, match: {data: {a: 1}}}\n", i, i%kinds, i)
		f.put(i%kinds, fmt.Sprint("n", i), map[string]any{"a": "1"})
		want[i] = Passed
	}
	l := lab{engine: e, namespace: "learn"}
	first, second := l.watch(t, src.String()), l.watch(t, src.String())
	first.until(t, want...)
	second.until(t, want...)
	f.put(7, "n7", map[string]any{"a": "2"})
	want[7] = Failed
	first.until(t, want...)
	second.until(t, want...)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range kinds {
		resource := fmt.Sprintf("kind%ds", i)
		if f.lists[resource] > 1 || f.watches[resource] != 1 {
			t.Errorf("%s was listed %d times and watched %d times, want at most 1 and 1", resource, f.lists[resource], f.watches[resource])
		}
	}
	t.Logf("%d checks watched twice, %d lists, %d watches, %d others", checks, total(f.lists), total(f.watches), f.others)
}

func total(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// An aggregated API that hangs keeps neither the checks that need it nor the others
// beyond their time.
func TestHangingAggregatedAPI(t *testing.T) {
	t.Parallel()
	inner := discoveryFor(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[
			{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"settings","namespace":"learn"}}]}`)
	})
	e := engineFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/apis":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"slow.example","versions":[{"groupVersion":"slow.example/v1","version":"v1"}],
				"preferredVersion":{"groupVersion":"slow.example/v1","version":"v1"}}]}`)
		case strings.HasPrefix(r.URL.Path, "/apis/slow.example"):
			<-r.Context().Done()
		default:
			inner.ServeHTTP(w, r)
		}
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 2*timing.Request)
	defer cancel()
	begun := time.Now()
	results, err := e.Look(ctx, "learn", parsed(t, settings+"\n- {id: b, name: B, object: {kind: Sloth, name: s}}"))
	if err != nil || patience.Late(time.Since(begun), timing.Request+3*time.Second) {
		t.Fatalf("Look took %s and gave %v", time.Since(begun), err)
	}
	if results[0].Verdict != Passed || results[1].Verdict != Unknown {
		t.Errorf("Look gave %v; want passed, unknown", verdictsOf(results))
	}
}

func TestHostileObjects(t *testing.T) {
	t.Parallel()
	nested := func(depth int) any {
		var v any = "core"
		for range depth {
			v = map[string]any{"d": v}
		}
		return v
	}
	tests := map[string]struct {
		data map[string]any
		want Verdict
	}{
		"10 MB in a value":  {map[string]any{"a": "1", "b": strings.Repeat("x", 10<<20)}, Passed},
		"10 MB, differing":  {map[string]any{"a": strings.Repeat("x", 10<<20)}, Failed},
		"5,000 deep":        {map[string]any{"a": "1", "b": nested(5000)}, Passed},
		"20,000 deep":       {map[string]any{"a": "1", "b": nested(20000)}, Unknown},
		"a map for a value": {map[string]any{"a": nested(3)}, Failed},
		"a list, 1,000,000": {map[string]any{"a": "1", "b": make([]int, 1_000_000)}, Passed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, e := newFakeAPI(t, 1)
			f.put(0, "one", tt.data)
			begun := time.Now()
			r := lookAt(t, e, onKind)
			if r.Verdict != tt.want || len(r.Reason.EN) > 1000 {
				t.Errorf("Look gave %s, %.300q; want %s", r.Verdict, r.Reason.EN, tt.want)
			}
			if took := time.Since(begun); patience.Late(took, timing.Request) {
				t.Errorf("that took %s", took)
			}
		})
	}
}

// A kind that the user may not see is asked for seldom.
func TestForbiddenKindsAreAskedForSeldom(t *testing.T) {
	t.Parallel()
	f, e := newFakeAPI(t, 1)
	f.cut("", refusing(403, "Forbidden"))
	w := lab{engine: e, namespace: "learn"}.watch(t, onKind)
	w.until(t, Unknown)
	timing.Pause(t.Context(), 3*time.Second)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lists["kind0s"] != 1 || f.watches["kind0s"] != 1 || f.lists["one"] > 3 {
		t.Errorf("in 3 s it was listed %d times and watched %d times, want each once; the object was asked for %d times, want at most 3",
			f.lists["kind0s"], f.watches["kind0s"], f.lists["one"])
	}
}
