package container

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// ExecConfig says what a further process of a container runs. Streams may be
// nil: nothing to read, and output that is dropped.
type ExecConfig struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	TTY            bool
	// Signals may be nil; what comes from it is passed to the process.
	Signals <-chan Signal
}

// Exec runs another program in the container and returns its exit code. The
// error says that it could not be started, in runc's words.
func (c *Container) Exec(ctx context.Context, cfg ExecConfig) (int, error) {
	if len(cfg.Args) == 0 {
		return 0, fmt.Errorf("exec: no command specified")
	}
	select {
	case <-c.done:
		return 0, fmt.Errorf("cannot exec in a stopped container")
	default:
	}
	program, err := c.cfg.Image.find(cfg.Args[0], getenv(c.env, "PATH"), c.cfg.Files)
	if err != nil {
		return 0, fmt.Errorf("OCI runtime exec failed: exec failed: unable to start container process: %w", err)
	}
	if cfg.Stdin == nil {
		cfg.Stdin = strings.NewReader("")
	}
	code, _ := c.prepare(ctx, program, cfg)()
	return code, nil
}

// prepare enters a process into the container and returns what runs it, which
// says the exit code and whether it was killed.
func (c *Container) prepare(ctx context.Context, program Program, cfg ExecConfig) func() (int, bool) {
	ctx, kill := context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastPID++
	entry := &process{pid: c.lastPID, args: cfg.Args, signals: make(chan Signal, 4), kill: kill}
	c.processes = append(c.processes, entry)
	net := newSockets(c.cfg.Net)
	p := &Process{
		Args: cfg.Args, Env: c.env, Dir: c.dir, Files: c.cfg.Files, Net: net, Hostname: c.cfg.Hostname,
		Stdin: cfg.Stdin, Stdout: orDiscard(cfg.Stdout), Stderr: orDiscard(cfg.Stderr), TTY: cfg.TTY,
		Signals: entry.signals, Lookup: c.lookup, Processes: c.list, Image: c.cfg.Reference,
	}
	return func() (int, bool) {
		defer c.leave(entry)
		defer kill()
		defer net.closeAll()
		if cfg.Signals != nil {
			go pass(ctx, cfg.Signals, entry)
		}
		return supervise(ctx, program, p)
	}
}

func pass(ctx context.Context, from <-chan Signal, to *process) {
	for {
		select {
		case s, ok := <-from:
			if !ok {
				return
			}
			to.send(s)
		case <-ctx.Done():
			return
		}
	}
}

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

// supervise runs a program until it returns, or a moment longer than it was
// killed.
func supervise(ctx context.Context, program Program, p *Process) (code int, killed bool) {
	result := make(chan int, 1)
	go guard(ctx, program, p, result)
	select {
	case code := <-result:
		return settle(ctx, code)
	case <-ctx.Done():
	}
	timer := time.NewTimer(abandonAfter)
	defer timer.Stop()
	select {
	case <-result:
	case <-timer.C:
	}
	return exitKilled, true
}

func settle(ctx context.Context, code int) (int, bool) {
	if ctx.Err() != nil {
		return exitKilled, true
	}
	return code & 0xff, false
}

// guard runs a program so that its panic ends it alone, as a Go program's does:
// the trace on stderr and exit code 2.
func guard(ctx context.Context, program Program, p *Process, result chan<- int) {
	code := exitPanic // Also what a program gets that ends its goroutine.
	defer func() {
		if r := recover(); r != nil {
			_, _ = fmt.Fprintf(p.Stderr, "panic: %v\n\n%s", r, debug.Stack())
		}
		result <- code
	}()
	code = program(ctx, p)
}

func (c *Container) leave(entry *process) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.processes = slices.DeleteFunc(c.processes, func(p *process) bool { return p == entry })
}

func (c *Container) list() []ProcessInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]ProcessInfo, 0, len(c.processes))
	for _, p := range c.processes {
		out = append(out, ProcessInfo{PID: p.pid, Args: p.args})
	}
	return out
}

func (c *Container) lookup(name string) (Program, bool) {
	p, err := c.cfg.Image.find(name, getenv(c.env, "PATH"), c.cfg.Files)
	return p, err == nil
}
