package session

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// Interrupts decides what Ctrl-C does: it ends the lesson's running command or, without
// one, whatever the program is doing. SIGTERM and a closed terminal end both, so that a
// lesson's credentials don't stay behind. A second signal ends the program at once.
type Interrupts struct {
	signals chan os.Signal
	cancel  context.CancelFunc
	command atomic.Pointer[context.CancelFunc]
	ended   atomic.Pointer[os.Signal]
}

// CatchInterrupts must be called once, before the program asks or waits for anything.
func CatchInterrupts(ctx context.Context) (context.Context, *Interrupts) {
	ctx, cancel := context.WithCancel(ctx)
	i := &Interrupts{signals: make(chan os.Signal, 1), cancel: cancel}
	signal.Notify(i.signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it
		signal.Notify(i.signals, syscall.SIGHUP)
	}
	go func() {
		for s := range i.signals {
			end := i.command.Load()
			if end != nil {
				(*end)()
				if s == os.Interrupt {
					continue
				}
			}
			signal.Stop(i.signals)
			i.ended.Store(&s)
			cancel()
		}
	}()
	return ctx, i
}

// Status is the exit code of a program that a signal ended, as in shells: 128 plus the
// signal's number. Without a signal it is code.
func (i *Interrupts) Status(code int) int {
	s := i.ended.Load()
	if s == nil {
		return code
	}
	if number, ok := (*s).(syscall.Signal); ok {
		return 128 + int(number)
	}
	return code
}

// Stop gives Ctrl-C its usual meaning again.
func (i *Interrupts) Stop() {
	signal.Stop(i.signals)
	close(i.signals)
	i.cancel()
}

// interruptedStatus is a shell's exit code for a command that Ctrl-C ended.
const interruptedStatus = 130

// Guard lets Ctrl-C end a running command without ending the lesson: a learner stops
// "kubectl logs -f" this way. In an unattended lesson, it ends both.
func (i *Interrupts) Guard(inner play.Shell, alone bool) play.Shell {
	if alone {
		return inner
	}
	return guardedShell{inner: inner, interrupts: i}
}

type guardedShell struct {
	inner      play.Shell
	interrupts *Interrupts
}

// Run runs a command that Ctrl-C ends.
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
