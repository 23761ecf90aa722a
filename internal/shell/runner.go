package shell

import (
	"context"
	"io"
)

// Runner runs the commands of checks, each in its own shell, so that several can run at
// once and none affects the next.
type Runner struct{ Config Config }

// Run runs a command line and returns its exit status.
func (r Runner) Run(ctx context.Context, command string, stdout, stderr io.Writer) (int, error) {
	s, err := New(r.Config)
	if err != nil {
		return 0, err
	}
	return s.Run(ctx, command, stdout, stderr)
}
