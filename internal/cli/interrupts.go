package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
)

// interrupts decides what Ctrl-C means: it ends a command of the lesson that runs,
// else what the program is doing, whatever that is. Pressed again, it ends the
// program at once.
type interrupts struct {
	signals chan os.Signal
	cancel  context.CancelFunc
	command atomic.Pointer[context.CancelFunc]
}

// catchInterrupts is called once, before anything is asked or waited for.
func catchInterrupts(ctx context.Context) (context.Context, *interrupts) {
	ctx, cancel := context.WithCancel(ctx)
	i := &interrupts{signals: make(chan os.Signal, 1), cancel: cancel}
	signal.Notify(i.signals, os.Interrupt)
	go func() {
		for range i.signals {
			if end := i.command.Load(); end != nil {
				(*end)()
				continue
			}
			signal.Stop(i.signals)
			cancel()
		}
	}()
	return ctx, i
}

func (i *interrupts) stop() {
	signal.Stop(i.signals)
	close(i.signals)
	i.cancel()
}

// readAll reads until the end or until ctx is done: standard input may be a
// terminal at which nobody types.
func readAll(ctx context.Context, in io.Reader) ([]byte, error) {
	type read struct {
		data []byte
		err  error
	}
	done := make(chan read, 1)
	go func() { // it outlasts ctx where the read does, and ends with the program
		data, err := io.ReadAll(in)
		done <- read{data, err}
	}()
	select {
	case r := <-done:
		return r.data, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
