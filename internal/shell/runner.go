package shell

import (
	"context"
	"io"
)

// Runner runs commands that checks ask for, each in a shell of its own, so that
// several may run at once and none leaves anything behind for the next.
type Runner struct{ Config Config }

// Run runs a command line and returns its exit status.
func (r Runner) Run(ctx context.Context, command string, stdout, stderr io.Writer) (int, error) {
	s, err := New(r.Config)
	if err != nil {
		return 0, err
	}
	return s.Run(ctx, command, stdout, stderr)
}
