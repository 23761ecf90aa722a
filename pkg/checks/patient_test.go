package checks

import (
	"fmt"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// TestFailureWaitsAsLongAsItsAuthorSays: a restart that a probe brings about
// comes long after the last change.
func TestFailureWaitsAsLongAsItsAuthorSays(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	pod := &kube.Object{Object: map[string]any{"metadata": map[string]any{"creationTimestamp": "2026-11-21T11:59:30Z"}}}
	reason := failed(lang.Messagef("not so", "并非如此"))
	for grace, want := range map[time.Duration]Verdict{0: Failed, timing.Grace: Failed, 20 * time.Second: Failed, time.Minute: Waiting} {
		got := patient(reason, Check{Grace: grace}, observation{object: pod}, now)
		if got.verdict != want || got.reason != reason.reason {
			t.Errorf("grace %s: %s, want %s", grace, got.verdict, want)
		}
		if want == Waiting && !got.again.Equal(now.Add(30*time.Second)) {
			t.Errorf("grace %s: looks again at %s", grace, got.again)
		}
	}
	if got := patient(judgment{verdict: Passed}, Check{Grace: time.Minute}, observation{object: pod}, now); got.verdict != Passed {
		t.Errorf("what passed is %s", got.verdict)
	}
}

// TestPlannedRestart follows what the lesson on health probes wants: the liveness
// probe has a container restarted, which nobody calls a failure meanwhile.
func TestPlannedRestart(t *testing.T) {
	t.Parallel()
	const of = "metadata: {name: web, namespace: learn, uid: u, creationTimestamp: %q, labels: {app: web}%s}"
	at := func(seconds int) string {
		return recordedAt.Add(time.Duration(seconds) * time.Second).Format(time.RFC3339)
	}
	svc := &kube.Object{Object: document(t, fmt.Sprintf("{kind: Service, "+of+", spec: {selector: {app: web}, ports: [{port: 80}]}}", at(-3600), ""))}
	pod := &kube.Object{Object: document(t, fmt.Sprintf(`{kind: Pod, apiVersion: v1, `+of+`, spec: {containers: [{name: web, livenessProbe: {httpGet: {path: /}}}]},
		status: {phase: Running, conditions: [{type: Ready, status: "False"}],
		containerStatuses: [{name: web, ready: false, restartCount: 1, state: {running: {startedAt: %q}}, lastState: {terminated: {exitCode: 137, finishedAt: %[3]q}}}]}}`,
		at(0), "", at(100)))}
	kill := &kube.Object{Object: document(t, fmt.Sprintf(`{kind: Event, involvedObject: {kind: Pod, name: web, uid: u}, reason: Killing, lastTimestamp: %q,
		message: "Container web failed liveness probe, will be restarted"}`, at(99)))}
	s := observation{
		object: svc, namespace: "learn", Surroundings: why.Surroundings{Around: recorded{"Pod": {pod}, "Event": {kill}, "Service": {svc}}.around()},
		reply: reply{answers: []ask.Answer{{Err: "connection refused"}}},
	}
	for grace, want := range map[string]Verdict{"": Failed, ", grace: 2m": Waiting} {
		c := parsed(t, "- {id: s, name: S, http: {service: web, port: 80}, cel: response.status == 200"+grace+"}")[0]
		if got := evaluate(t.Context(), c, s, recordedAt.Add(102*time.Second)); got.Verdict != want {
			t.Errorf("grace %q: %s, %s; want %s", grace, got.Verdict, got.Reason.EN, want)
		}
	}
	// A crash loop that goes on is one, however long its author waits: what the
	// kubelet says of it is no change.
	s.Around = recorded{"Service": {svc}, "Pod": {{Object: document(t, fmt.Sprintf(`{kind: Pod, apiVersion: v1, `+of+`, spec: {containers: [{name: web}]},
		status: {phase: Running, containerStatuses: [{name: web, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, finishedAt: %q}}}]}}`,
		at(0), fmt.Sprintf(", managedFields: [{manager: kubelet, subresource: status, time: %q}]", at(290)), at(290)))}}}.around()
	c := parsed(t, "- {id: s, name: S, http: {service: web, port: 80}, cel: response.status == 200, grace: 2m}")[0]
	if got := evaluate(t.Context(), c, s, recordedAt.Add(5*time.Minute)); got.Verdict != Failed {
		t.Errorf("a crash loop: %s, %s; want failed", got.Verdict, got.Reason.EN)
	}
}

// TestGraceForWhatIsNotThere: what an author grants time to may be made meanwhile.
func TestGraceForWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]Verdict{
		"object: {kind: ConfigMap, name: a}":              Failed,
		"object: {kind: ConfigMap, name: a}, grace: 1m":   Waiting,
		"objects: {kind: ConfigMap, count: 1}, grace: 1m": Waiting,
		"objects: {kind: ConfigMap, count: 1}":            Failed,
	} {
		c := parsed(t, "- {id: s, name: S, "+src+"}")[0]
		s := observation{namespace: "learn", Surroundings: why.Surroundings{Around: recorded{}.around()}, began: recordedAt}
		if got := evaluate(t.Context(), c, s, recordedAt.Add(20*time.Second)); got.Verdict != want || want == Waiting && !got.again.Equal(recordedAt.Add(time.Minute)) {
			t.Errorf("%s: %s, again at %s; want %s", src, got.Verdict, got.again, want)
		}
		if got := evaluate(t.Context(), c, s, recordedAt.Add(time.Minute)); got.Verdict != Failed {
			t.Errorf("%s, later: %s, want failed", src, got.Verdict)
		}
		s.began = time.Time{}
		if got := evaluate(t.Context(), c, s, recordedAt.Add(20*time.Second)); got.Verdict != Failed {
			t.Errorf("%s, one look: %s, want failed", src, got.Verdict)
		}
	}
}
