package advice

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// The exit codes.
const (
	Done        = 0
	Failed      = 1
	Usage       = 2
	NotYet      = 3
	Interrupted = 130
)

// ExitError ends a command that has already printed everything.
type ExitError int

// Error returns a text that is never printed.
func (c ExitError) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// Silent returns the exit code of a command that has printed everything, or that Ctrl-C
// ended; ok is false if there is still an error to print.
func Silent(ctx context.Context, err error) (code int, ok bool) {
	var exit ExitError
	switch {
	case err == nil:
		return Done, true
	case errors.As(err, &exit):
		return int(exit), true
	case errors.Is(err, prompt.ErrInterrupted), ctx.Err() != nil:
		return Interrupted, true
	}
	return 0, false
}

// Verdict turns results into an exit code: failed and waiting checks count more than
// unknown ones.
func Verdict(results []checks.Result) error {
	has := func(vs ...checks.Verdict) bool {
		return slices.ContainsFunc(results, func(r checks.Result) bool { return slices.Contains(vs, r.Verdict) })
	}
	switch {
	case has(checks.Failed, checks.Waiting):
		return ExitError(NotYet)
	case has(checks.Unknown):
		return ExitError(Failed)
	}
	return nil
}
