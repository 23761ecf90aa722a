package session

import (
	"context"
	"io"
	"os"
	"testing"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// hanging is a command that runs until something ends it.
type hanging struct{ runs chan struct{} }

func (h hanging) Run(ctx context.Context, _ string, _, _ io.Writer, _ ...string) (int, error) {
	h.runs <- struct{}{}
	<-ctx.Done()
	return 0, ctx.Err()
}

func TestCtrlCEndsTheRunningCommandFirst(t *testing.T) {
	ctx, i := CatchInterrupts(t.Context())
	defer i.Stop()
	inner := hanging{make(chan struct{})}
	type end struct {
		status int
		err    error
	}
	ended := make(chan end, 1)
	go func() {
		status, err := i.Guard(inner, false).Run(ctx, "kubectl logs -f", io.Discard, io.Discard)
		ended <- end{status, err}
	}()
	patience.Receive(t, "the command to run", inner.runs)
	i.signals <- os.Interrupt
	if got := patience.Receive(t, "the command to end", ended); got.status != interruptedStatus || got.err != nil {
		t.Errorf("the command gave %d, %v; want %d", got.status, got.err, interruptedStatus)
	}
	if ctx.Err() != nil {
		t.Error("the lesson ended with its command")
	}
	i.signals <- os.Interrupt
	patience.Receive(t, "the program to end", ctx.Done())
}

func TestCtrlCEndsBothWithNobodyThere(t *testing.T) {
	ctx, i := CatchInterrupts(t.Context())
	defer i.Stop()
	inner := hanging{make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		_, err := i.Guard(inner, true).Run(ctx, "sleep 60", io.Discard, io.Discard)
		ended <- err
	}()
	patience.Receive(t, "the command to run", inner.runs)
	i.signals <- os.Interrupt
	if err := patience.Receive(t, "the command to end", ended); err == nil || ctx.Err() == nil {
		t.Errorf("the command gave %v and the program %v; want both ended", err, ctx.Err())
	}
}
