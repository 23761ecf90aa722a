package checks

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

const onKindFor = "- {id: a, name: A, for: %s, object: {kind: Kind0, name: one}, match: {data: {a: 1}}}"

// A check that must hold for a time passes no sooner, and begins again when it was
// broken, however short.
func TestForCountsFromTheLastBreak(t *testing.T) {
	t.Parallel()
	f, e := newFakeAPI(t, 1)
	f.put(0, "one", map[string]any{"a": "1"})
	l := lab{engine: e, namespace: "learn"}
	begun := time.Now()
	w := l.watch(t, fmt.Sprintf(onKindFor, "2s"))
	held := w.until(t, Waiting)
	if want := "it passes now, but must keep passing for 2s"; held[0].Reason.EN != want {
		t.Errorf("reason %q, want %q", held[0].Reason.EN, want)
	}
	f.put(0, "one", map[string]any{"a": "2"})
	w.until(t, Failed)
	broken := time.Now()
	f.put(0, "one", map[string]any{"a": "1"})
	w.until(t, Passed)
	if took := time.Since(broken); took < 2*time.Second || time.Since(begun) < 2*time.Second {
		t.Errorf("it passed %s after the last break", took)
	}
	f.put(0, "one", map[string]any{"a": "2"})
	w.until(t, Failed)
}

// A look takes as long as a check must hold, and tells what broke it.
func TestLookWaitsForFor(t *testing.T) {
	t.Parallel()
	f, e := newFakeAPI(t, 1)
	f.put(0, "one", map[string]any{"a": "1"})
	begun := time.Now()
	if r := lookAt(t, e, fmt.Sprintf(onKindFor, "1s")); r.Verdict != Passed || time.Since(begun) < time.Second {
		t.Errorf("Look gave %s, %q after %s; want passed after 1 s", r.Verdict, r.Reason.EN, time.Since(begun))
	}
	seen := make(chan Result, 1)
	go func() {
		results, err := e.Look(t.Context(), "learn", parsed(t, fmt.Sprintf(onKindFor, "1m")))
		if err != nil {
			results = Results{{Reason: troubleOf(err)}}
		}
		seen <- results[0]
	}()
	// Whether it had been seen to hold or not: it never held for a minute.
	f.put(0, "one", map[string]any{"a": "2"})
	select {
	case r := <-seen:
		if r.Verdict != Failed || r.Reason.EN != "data.a is 2, wanted 1" {
			t.Errorf("Look gave %s, %q; want failed", r.Verdict, r.Reason.EN)
		}
	case <-time.After(patience.Limit()):
		t.Error("Look does not see what broke it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	f.put(0, "one", map[string]any{"a": "1"})
	if results, err := e.Look(ctx, "learn", parsed(t, fmt.Sprintf(onKindFor, "1m"))); err == nil {
		t.Errorf("a look that had no time for it gave %v", verdictsOf(results))
	}
}

// mixedPods is three pods of version 2 and one of version 1 behind a Service, and two
// Services of the former.
func mixedPods(t *testing.T, l lab) {
	t.Helper()
	for _, version := range []string{"v1", "v2"} {
		l.create(t, "", "configmaps", fmt.Sprintf(`{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {default.conf: "server { listen 80; location / { return 200 '%[1]s on $hostname'; } }"}}`, version))
	}
	for name, version := range map[string]string{"a": "v2", "b": "v2", "c": "v2", "d": "v1"} {
		l.create(t, "", "pods", fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {app: web, version: %s}}, spec: {terminationGracePeriodSeconds: 1,
			containers: [{name: nginx, image: nginx, volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]}], volumes: [{name: conf, configMap: {name: %[2]s}}]}}`, name, version))
	}
	l.create(t, "", "services", "{apiVersion: v1, kind: Service, metadata: {name: all}, spec: {selector: {app: web}, ports: [{port: 80}]}}")
	l.create(t, "", "services", "{apiVersion: v1, kind: Service, metadata: {name: right}, spec: {selector: {app: web, version: v2}, ports: [{port: 80}]}}")
	l.watch(t, `
- {id: pods, name: Pods, objects: {kind: Pod, count: 4}, cel: "objects.all(o, o.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True'))"}
- {id: slices, name: Slices, objects: {kind: EndpointSlice}, cel: "objects.map(o, o.endpoints.size()).sum() == 7"}
`).until(t, Passed, Passed)
}

// Six visits are all v2, with one foreign pod of four: no look passes, and no watch.
func TestOneWrongPodOfFourNeverPasses(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	mixedPods(t, l)
	const src = "- {id: %s, name: V, grace: 0s, http: {service: %s, port: 80, times: 6}, cel: \"responses.all(r, r.body.contains('v2'))\"}\n"
	wrong := parsed(t, fmt.Sprintf(src, "wrong", "all"))
	const runs = 10
	for range runs {
		results, err := l.engine.Look(t.Context(), l.namespace, wrong)
		if err != nil {
			t.Fatal(err)
		}
		if results[0].Verdict != Failed {
			t.Fatalf("Look gave %v, want failed", verdictsOf(results))
		}
	}
	var watched strings.Builder
	want := make([]Verdict, runs+1)
	for i := range runs {
		fmt.Fprintf(&watched, src, fmt.Sprint("wrong-", i), "all")
		want[i] = Failed
	}
	want[runs] = Passed
	// Long enough for a lucky look, and as long as the right one takes.
	ctx, cancel := context.WithCancel(patience.Context(t))
	defer cancel()
	passed := make(chan struct{})
	go func() {
		<-time.After(5 * time.Second)
		select {
		case <-passed:
		case <-ctx.Done():
		}
		cancel()
	}()
	last, begun := Results{}, time.Now()
	right := time.Duration(0)
	err := l.engine.Watch(ctx, l.namespace, parsed(t, watched.String()+fmt.Sprintf(src, "right", "right")), func(r Results) {
		last = r
		for _, one := range r[:runs] {
			if one.Verdict == Passed {
				t.Errorf("%s passed after %s", one.Check.ID, time.Since(begun))
			}
		}
		if right == 0 && r[runs].Verdict == Passed {
			right = time.Since(begun)
			close(passed)
		}
	})
	if ctx.Err() == nil || len(last) == 0 || last[runs].Verdict != Passed {
		t.Errorf("Watch gave %v, %v; want the right one passed", verdictsOf(last), err)
	}
	t.Logf("the right one passed after %s", right)
}

// What one good look shows for good is not refuted by a look that had no such luck;
// and a command that may be asked once is asked once.
func TestWhatOneLookShowsForGood(t *testing.T) {
	l := newLab(t, clusterConfig(t))
	mixedPods(t, l)
	w := l.watch(t, `
- {id: two, name: Two, http: {service: right, port: 80, times: 2}, cel: "responses.map(r, r.body).distinct().size() >= 2"}
- {id: both, name: Both, http: {service: all, port: 80, times: 4}, cel: "responses.exists(r, r.body.contains('v1')) && responses.exists(r, r.body.contains('v2'))"}
- {id: once, name: Once, looks: 1, exec: {pod: a, command: [sh, -c, "test ! -e /tmp/asked && touch /tmp/asked"]}}
- {id: thrice, name: Thrice, looks: 3, exec: {pod: b, command: [sh, -c, "echo x >> /tmp/asked; cat /tmp/asked"]}}
- {id: log, name: Log, for: 1s, logs: {pod: c}, cel: "!log.contains('no such word')"}
`)
	w.until(t, Passed, Passed, Passed, Passed, Passed)
	results, err := l.engine.Look(t.Context(), l.namespace, parsed(t, `
- {id: count, name: Count, looks: 1, exec: {pod: b, command: [cat, /tmp/asked]}, cel: "stdout == 'x\\nx\\nx\\n'"}
`))
	if err != nil || results[0].Verdict != Passed {
		t.Errorf("it was not asked three times: %v, %v", verdictsOf(results), err)
	}
}
