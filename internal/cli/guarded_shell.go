package cli

import (
	"context"
	"io"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// interruptedStatus is what a shell gives for a command that Ctrl-C ended.
const interruptedStatus = 130

// guard lets Ctrl-C end a command without ending the lesson: a learner stops
// "kubectl logs -f" this way. With nobody there, it ends both.
func (i *interrupts) guard(inner play.Shell, alone bool) play.Shell {
	if alone {
		return inner
	}
	return guardedShell{inner: inner, interrupts: i}
}

type guardedShell struct {
	inner      play.Shell
	interrupts *interrupts
}

func (g guardedShell) Run(ctx context.Context, command string, out, errOut io.Writer, env ...string) (int, error) {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	g.interrupts.command.Store(&cancel)
	defer g.interrupts.command.Store(nil)
	status, err := g.inner.Run(own, command, out, errOut, env...)
	if own.Err() != nil && ctx.Err() == nil {
		return interruptedStatus, nil
	}
	return status, err
}
