package container

import (
	"context"
	"slices"
	"syscall"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// mostProcesses is how many processes a process namespace may have.
const mostProcesses = 500

// Child is a process that another one started and need not wait for.
type Child struct {
	PID   int
	entry *process
	kill  context.CancelFunc
	done  chan struct{}

	code   int
	signal Signal
}

// Done is closed when the child has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Exit is how the child ended, after Done: its exit code, and the signal that
// killed it, 0 when none did.
func (c *Child) Exit() (int, Signal) { return c.code, c.signal }

// Signal sends a signal to the child and everything it started, whatever their
// user, as a terminal does.
func (c *Child) Signal(s Signal) {
	if c.entry == nil {
		c.kill()
		return
	}
	c.entry.container.processes.sendTree(c.entry, s)
}

// Start runs a program as a separate process, which survives its parent. It
// fails with EAGAIN if the namespace has too many.
func (p *Process) Start(ctx context.Context, program Program, child Process) (*Child, error) {
	started := &Child{done: make(chan struct{})}
	if p.host == nil {
		ctx, started.kill = context.WithCancel(ctx)
		child.PID, child.Signals = p.PID+1, nil
		started.PID = child.PID
		go func() {
			defer close(started.done)
			defer started.kill()
			if started.code = program(ctx, &child); ctx.Err() != nil {
				started.code, started.signal = 128+int(SIGKILL), SIGKILL
			}
		}()
		return started, nil
	}
	ctx, started.kill = context.WithCancel(context.WithoutCancel(ctx))
	if len(p.host.processes.of(nil)) >= mostProcesses {
		started.kill()
		return nil, syscall.EAGAIN
	}
	p.host.join(ctx, &child, p.PID, started.kill)
	child.Ignore(child.Deaf...)
	child.Deaf = nil
	started.PID, started.entry = child.PID, child.entry
	child.mortal(life{ctx})
	if p.host.ended.Load() || p.entry.killed() { // The dead start nothing.
		started.entry.send(SIGKILL)
	}
	go func() {
		defer close(started.done)
		defer started.kill()
		started.code, started.signal = p.host.run(ctx, program, &child)
	}()
	return started, nil
}

// mortal ties the process's streams to its lifetime. A terminal's stay
// unchanged, for programs that check for one.
func (p *Process) mortal(l life) {
	switch p.Stdin.(type) {
	case *tty.Console, *tty.Queue:
	default:
		p.Stdin = mortalReader{p.Stdin, l}
	}
	p.Stdout, p.Stderr = mortalWriter{p.Stdout, l}, mortalWriter{p.Stderr, l}
}

// Ignore makes the process, and those that it starts, ignore signals.
func (p *Process) Ignore(signals ...Signal) {
	p.change(signals, func(e *process, s Signal) { e.ignored = append(slices.Clip(e.ignored), s) })
}

// Default restores the default handling of signals.
func (p *Process) Default(signals ...Signal) { p.change(signals, func(*process, Signal) {}) }

func (p *Process) change(signals []Signal, set func(*process, Signal)) {
	if p.entry == nil {
		return
	}
	p.entry.mu.Lock()
	defer p.entry.mu.Unlock()
	for _, s := range signals {
		p.entry.forget(s)
		set(p.entry, s)
	}
}

// forget restores the default handling of a signal; p.mu is held.
func (p *process) forget(s Signal) {
	is := func(other Signal) bool { return other == s }
	p.caught = slices.DeleteFunc(slices.Clone(p.caught), is)
	p.ignored = slices.DeleteFunc(slices.Clone(p.ignored), is)
}

// Ignored reports whether the process ignores a signal.
func (p *Process) Ignored(s Signal) bool {
	if p.entry == nil {
		return false
	}
	p.entry.mu.Lock()
	defer p.entry.mu.Unlock()
	return slices.Contains(p.entry.ignored, s)
}

// Die ends the process with a signal that the system sends for what it did,
// such as SIGSEGV or SIGPIPE. The program should return.
func (p *Process) Die(s Signal) {
	if p.entry == nil {
		return
	}
	p.entry.mu.Lock()
	defer p.entry.mu.Unlock()
	p.entry.die(s)
}
