package checks

import (
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// TestFailureWaitsAsLongAsItsAuthorSays: a restart that a probe brings about
// comes long after the last change.
func TestFailureWaitsAsLongAsItsAuthorSays(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	pod := &object{Object: map[string]any{"metadata": map[string]any{"creationTimestamp": "2026-11-21T11:59:30Z"}}}
	why := failed(lang.Messagef("not so", "并非如此"))
	for grace, want := range map[time.Duration]Verdict{0: Failed, grace: Failed, 20 * time.Second: Failed, time.Minute: Waiting} {
		got := patient(why, Check{Grace: grace}, sight{object: pod}, now)
		if got.verdict != want || got.reason != why.reason {
			t.Errorf("grace %s: %s, want %s", grace, got.verdict, want)
		}
		if want == Waiting && !got.again.Equal(now.Add(30*time.Second)) {
			t.Errorf("grace %s: looks again at %s", grace, got.again)
		}
	}
	if got := patient(finding{verdict: Passed}, Check{Grace: time.Minute}, sight{object: pod}, now); got.verdict != Passed {
		t.Errorf("what passed is %s", got.verdict)
	}
}
