package play

import (
	"fmt"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// NotYetError says that the checks of a step don't pass.
type NotYetError struct {
	Step    string
	Results []checks.Result
}

func (e *NotYetError) Error() string {
	for _, r := range e.Results {
		if r.Verdict != checks.Passed {
			return fmt.Sprintf("step %q: check %q is %s: %s", e.Step, r.Check.ID, r.Verdict, r.Reason.EN)
		}
	}
	return fmt.Sprintf("step %q: timed out before its checks ran", e.Step)
}

// CommandError says that a command of the lesson failed in an unattended run.
type CommandError struct {
	Step, Command string
	Status        int
}

func (e *CommandError) Error() string {
	return fmt.Sprintf("step %q: %q exited with status %d", e.Step, e.Command, e.Status)
}
