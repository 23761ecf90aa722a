package checks

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// closeSoon closes an engine, and fails where that does not end.
func closeSoon(t *testing.T, e *Engine) {
	t.Helper()
	closed := make(chan struct{})
	go func() { e.Close(); close(closed) }()
	patience.Receive(t, "Close to end", closed)
}

// Close ends a Watch that is running and waits for it: nothing is reported any
// more, and none of its work goes on.
func TestCloseEndsWatch(t *testing.T) {
	f, e := newFakeAPI(t, 1)
	f.put(0, "one", map[string]any{"a": "1"})
	w := lab{engine: e, namespace: "learn"}.watch(t, onKind)
	w.until(t, Passed)
	closeSoon(t, e)
	reported := len(w.reports)
	f.put(0, "one", map[string]any{"a": "2"})
	if err := w.wait(); !errors.Is(err, ErrClosed) {
		t.Errorf("Watch ended with %v, want ErrClosed", err)
	}
	if len(w.reports) != reported {
		t.Error("a report came after Close")
	}
}

func TestClosedEngineLooksAtNothing(t *testing.T) {
	f, e := newFakeAPI(t, 1)
	closeSoon(t, e)
	closeSoon(t, e)
	if r, err := e.Look(t.Context(), "learn", parsed(t, onKind)); !errors.Is(err, ErrClosed) || r != nil {
		t.Errorf("Look gave %v, %v; want ErrClosed", r, err)
	}
	if err := e.Watch(t.Context(), "learn", parsed(t, onKind), func(Results) { t.Error("a report") }); !errors.Is(err, ErrClosed) {
		t.Errorf("Watch gave %v; want ErrClosed", err)
	}
	if r, err := e.Wait(t.Context(), "learn", parsed(t, onKind)); !errors.Is(err, ErrClosed) || len(r) != 1 || r[0].Verdict != Unknown {
		t.Errorf("Wait gave %v, %v; want ErrClosed", r, err)
	}
	if total(f.lists)+total(f.watches)+f.others > 0 {
		t.Error("the API was asked")
	}
}

// Many who watch, look and end while the engine is closed: for the race detector.
func TestCloseBesideManyWatches(t *testing.T) {
	for range 20 {
		f, e := newFakeAPI(t, 3)
		f.put(0, "one", map[string]any{"a": "1"})
		ended := make(chan error, 8)
		for i := range cap(ended) {
			go func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%2 == 0 {
					_, err := e.Look(ctx, "learn", parsed(t, onKind))
					ended <- err
					return
				}
				ended <- e.Watch(ctx, "learn", parsed(t, onKind), func(Results) {
					if i%3 == 0 {
						cancel()
					}
				})
			}()
		}
		closeSoon(t, e)
		for range cap(ended) {
			if err := <-ended; err != nil && !errors.Is(err, ErrClosed) && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	}
}

// An API that hangs when it is asked for its kinds does not hold Close back.
func TestCloseDoesNotWaitForDiscovery(t *testing.T) {
	asked := make(chan struct{}, 100)
	e := engineFor(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Watch(ctx, "learn", parsed(t, settings), func(Results) {}) }()
	<-asked
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Watch ended with %v", err)
	}
	begun := time.Now()
	closeSoon(t, e)
	if took := time.Since(begun); patience.Late(took, timing.Kinds) {
		t.Errorf("Close took %s: it waited for the API", took)
	}
}

func TestWait(t *testing.T) {
	f, e := newFakeAPI(t, 1)
	go func() {
		f.put(0, "one", map[string]any{"a": "2"})
		f.put(0, "one", map[string]any{"a": "1"})
	}()
	results, err := e.Wait(t.Context(), "learn", parsed(t, onKind))
	if err != nil || !results.Passed() {
		t.Fatalf("Wait gave %v, %v; want passed", verdictsOf(results), err)
	}
	f.put(0, "one", map[string]any{"a": "3"})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	results, err = e.Wait(ctx, "learn", parsed(t, onKind))
	if !errors.Is(err, context.DeadlineExceeded) || len(results) != 1 || results[0].Verdict != Failed || results[0].Reason.EN != "data.a is 3, wanted 1" {
		t.Errorf("Wait gave %v, %v; want the last reason and a time-out", verdictsOf(results), err)
	}
	if _, err := e.Wait(t.Context(), "learn", nil); err == nil {
		t.Error("Wait for no checks gave no error")
	}
}

// Who had no time to look says so of each check.
func TestWaitWithoutTime(t *testing.T) {
	e := engineFor(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	results, err := e.Wait(ctx, "learn", parsed(t, settings))
	if !errors.Is(err, context.DeadlineExceeded) || len(results) != 1 || results[0].Verdict != Unknown || results[0].Reason.EN != "the time ran out before it was checked" {
		t.Errorf("Wait gave %v, %v; want unknown", verdictsOf(results), err)
	}
}

// Without a namespace no object of another's is taken for the one that is meant,
// and a namespace that says nothing is not passed over.
func TestNamespaceIsWanted(t *testing.T) {
	f, e := newFakeAPI(t, 1)
	f.put(0, "one", map[string]any{"a": "1"})
	for name, tt := range map[string]struct{ namespace, check, want string }{
		"none":                          {"", onKind, "no namespace"},
		"the check's own":               {"", strings.Replace(onKind, "name: one", "name: one, namespace: learn", 1), ""},
		"the caller's":                  {"learn", onKind, ""},
		"of a kind that has none":       {"", "- {id: a, name: A, absent: {kind: Globe, name: g}}", ""},
		"given for a kind without them": {"", "- {id: a, name: A, absent: {kind: Globe, name: g, namespace: learn}}", `Globe has no namespace: remove "namespace: learn"`},
	} {
		results, err := e.Look(t.Context(), tt.namespace, parsed(t, tt.check))
		if err != nil {
			t.Fatal(err)
		}
		r := results[0]
		if (tt.want == "") != (r.Verdict == Passed) || !strings.Contains(r.Reason.EN, tt.want) || tt.want != "" && r.Verdict != Unknown {
			t.Errorf("%s: %s, %q; want %q", name, r.Verdict, r.Reason.EN, tt.want)
		}
	}
}

// What was changed a moment ago is not judged by what was watched before.
func TestWatchDoesNotPassOnWhatWas(t *testing.T) {
	f, e := newFakeAPI(t, 1)
	cs := parsed(t, onKind)
	for range 10 {
		f.put(0, "one", map[string]any{"a": "1"})
		if results, err := e.Wait(t.Context(), "learn", cs); err != nil || !results.Passed() {
			t.Fatalf("Wait gave %v, %v; want passed", verdictsOf(results), err)
		}
		f.put(0, "one", map[string]any{"a": "3"})
		ctx, cancel := context.WithCancel(t.Context())
		var first Results
		_ = e.Watch(ctx, "learn", cs, func(seen Results) { // it ends with ctx
			if first == nil {
				first = seen
			}
			cancel()
		})
		if first.Passed() {
			t.Fatal("passed on the object of before")
		}
	}
}
