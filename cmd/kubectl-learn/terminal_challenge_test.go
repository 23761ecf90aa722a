//go:build !windows

package main

import (
	"strings"
	"testing"
)

// TestTerminalChallenges takes the first step of a challenge: the lesson explains
// nothing until the learner asks, shows commands without running them, and the
// learner's own commands fix the problem.
func TestTerminalChallenges(t *testing.T) {
	home := t.TempDir()
	t.Cleanup(func() { stopSandbox(programs(t), home) })
	s := play(t, home, "start", "broken-on-purpose")
	s.sees("Step 1 of 7")
	s.sees("$ kubectl apply -f welcome.yaml")
	s.sees("sets up this step")
	s.asks()
	s.types("\r")
	s.sees("deployment.apps/welcome created")
	s.sees("○ to do  Both pods of the Deployment welcome are ready")
	s.sees("Your turn.")
	before := s.from
	s.types("kubectl get deployment welcome\r")
	s.sees("0/2")
	s.types("?\r")
	s.sees("Your commands run in this lesson's folder")
	s.types("show\r")
	s.sees("image: web-app:2.0")
	s.sees("in your folder haven't changed")
	s.types("hint\r")
	s.sees("Hint: where do I begin?")
	if seen := s.since(before); strings.Contains(seen, "Your turn.") || strings.Contains(seen, "can't be pulled") {
		t.Errorf("said again what to do, or told why unasked:\n%s", seen)
	}
	s.asks()
	s.types("\r")
	s.sees("✗ failed  Both pods of the Deployment welcome are ready")
	s.sees("can't be pulled")
	s.sees("Your turn.")
	s.types("sed 's/2.O/2.0/' welcome.yaml > mended && kubectl apply -f mended\r")
	s.sees("configured")
	s.types("next\r") // it may go on by itself already
	s.sees("✓ passed  http://welcome greets its visitors and tells the time")
	s.sees("The image's tag ended in a capital letter O")
	s.sees("answer ›")
	s.types("kubectl get deployment welcome\r")
	s.sees("2/2")
	s.types("3\r")
	s.sees("Right.")
	s.types("quit\r")
	s.sees("Stopped.")
}
