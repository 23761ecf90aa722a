package container

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// ExecConfig configures an additional process of a container. Streams may be
// nil: no input, and the output is dropped.
type ExecConfig struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	TTY            bool
	// Size delivers the terminal's size; it may be nil.
	Size <-chan tty.Size
}

// Exec runs another program in the container and returns its exit code. The
// error says why it could not be started, in runc's words.
func (c *Container) Exec(ctx context.Context, cfg ExecConfig) (int, error) {
	if len(cfg.Args) == 0 {
		return 0, fmt.Errorf("exec: no command specified")
	}
	select {
	case <-c.done:
		return 0, fmt.Errorf("cannot exec in a stopped container")
	default:
	}
	program, err := c.cfg.Image.find(cfg.Args[0], getenv(c.env, "PATH"), c.view(nil))
	if err != nil {
		return 0, fmt.Errorf("OCI runtime exec failed: exec failed: unable to start container process: %w", err)
	}
	if cfg.Stdin == nil {
		cfg.Stdin = strings.NewReader("")
	}
	env := c.env
	if cfg.TTY { // as containerd has it
		env = lastOf(append(slices.Clip(env), terminal))
	}
	code, _ := c.prepare(ctx, program, cfg, env)()
	return code, nil
}

// prepare adds a process to the container and returns a function that runs it.
// That returns the exit code and the signal that killed it, or 0.
func (c *Container) prepare(ctx context.Context, program Program, cfg ExecConfig, env []string) func() (int, Signal) {
	ctx, kill := context.WithCancel(ctx)
	lives := life{ctx}
	p := &Process{
		Args: cfg.Args, Env: env, Dir: c.dir, Hostname: c.cfg.Hostname, User: c.cfg.User, TTY: cfg.TTY,
		Stdin: mortalReader{cfg.Stdin, lives}, Stdout: mortalWriter{orDiscard(cfg.Stdout), lives}, Stderr: mortalWriter{orDiscard(cfg.Stderr), lives},
		Lookup: c.lookup, Image: c.cfg.Reference, Processes: c.processes.list, host: c,
	}
	c.join(ctx, p, 0, kill)
	if cfg.TTY {
		c.onTerminal(ctx, p, cfg.Size)
	}
	return func() (int, Signal) {
		defer kill()
		return c.run(ctx, program, p)
	}
}

// join adds a process to the namespace and sets up its view of the container,
// which lasts until ctx is done.
func (c *Container) join(ctx context.Context, p *Process, parent int, kill context.CancelFunc) {
	entry := &process{streams: streams{p.Stdin, [2]io.Writer{p.Stdout, p.Stderr}, p.TTY}, args: p.Args, user: p.User, env: p.Env, container: c, kill: kill, life: life{ctx}}
	entry.parent.Store(int64(parent))
	if p.entry != nil { // So far it is a copy of its parent.
		p.entry.mu.Lock()
		entry.ignored = p.entry.ignored
		p.entry.mu.Unlock()
	}
	p.entry = entry
	c.processes.enter(p.entry)
	p.PID, p.Signals = p.entry.pid, p.entry.signals
	p.Files, p.Net = c.view(p.entry), newSockets(c.cfg.Net)
}

// onTerminal puts a terminal between a process and its streams.
func (c *Container) onTerminal(ctx context.Context, p *Process, size <-chan tty.Size) {
	entry := p.entry
	out := tty.Newlines(p.Stdout)
	console := tty.NewConsole(p.Stdin, out, func(quit bool) {
		s := SIGINT
		if quit {
			s = SIGQUIT
		}
		c.processes.sendTree(entry, s)
	})
	p.Stdin, p.Stdout, p.Stderr, p.Size = console, out, out, console.Size
	go console.Follow(ctx, size)
}

// run runs a joined process until it returns, or until shortly after it was
// killed.
func (c *Container) run(ctx context.Context, program Program, p *Process) (int, Signal) {
	defer c.processes.leave(p.entry)
	defer c.memory.hold(p.entry, 0)
	if net, ok := p.Net.(*sockets); ok {
		defer net.closeAll()
	}
	result := make(chan int, 1)
	go c.labelled(ctx, func(ctx context.Context) { guard(ctx, program, p, result) })
	select {
	case code := <-result:
		if ctx.Err() == nil {
			return code & 0xff, 0
		}
	case <-ctx.Done():
		if !p.entry.killed() { // The process is gone: what it started goes too.
			c.processes.sendTree(p.entry, SIGKILL)
		}
		timer := time.NewTimer(abandonAfter)
		defer timer.Stop()
		select {
		case <-result:
		case <-timer.C:
		}
	}
	s := p.entry.killer()
	return 128 + int(s), s
}

// labelled runs f with the container's labels on its goroutine, and on all that
// it starts.
func (c *Container) labelled(ctx context.Context, f func(context.Context)) {
	pprof.Do(ctx, pprof.Labels(c.cfg.Labels...), f)
}

// Spawn runs a program as a separate process and returns its exit code. The
// child is a copy of its parent with the given changes. Without a container, in
// a test of a program, it is a plain call.
func (p *Process) Spawn(ctx context.Context, program Program, child Process) int {
	if p.host == nil {
		return program(ctx, &child)
	}
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	p.host.join(ctx, &child, p.PID, kill)
	code, _ := p.host.run(ctx, program, &child)
	return code
}

// Become is exec(2): the process gets another command line, and catches no
// signals.
func (p *Process) Become(args, env []string) {
	if p.entry == nil {
		return
	}
	p.entry.mu.Lock()
	defer p.entry.mu.Unlock()
	p.entry.args, p.entry.env, p.entry.caught = args, env, nil
}

// Catch sets which signals the process handles itself: they arrive through
// Signals. SIGTERM and similar ones end it otherwise, unless it is the first in
// its namespace.
func (p *Process) Catch(signals ...Signal) {
	if p.entry == nil {
		return
	}
	p.entry.mu.Lock()
	defer p.entry.mu.Unlock()
	for _, s := range signals {
		p.entry.forget(s)
	}
	p.entry.caught = append(slices.Clip(p.entry.caught), signals...)
	for _, s := range p.entry.early {
		if slices.Contains(signals, s) {
			p.entry.deliver(s)
		}
	}
	p.entry.early = nil
}

// Kill sends a signal to a process of the namespace. Signal 0 only checks
// whether that is possible. The error is ErrNoProcess or ErrNotPermitted.
func (p *Process) Kill(pid int, s Signal) error {
	if p.host == nil {
		return ErrNoProcess
	}
	return p.host.processes.signal(p.entry, pid, s)
}

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

// guard runs a program so that a panic ends only that program, as in a real Go
// program: a trace on stderr and exit code 2.
func guard(ctx context.Context, program Program, p *Process, result chan<- int) {
	code := exitPanic // Also the exit code of a program that ends its goroutine.
	defer func() {
		if r := recover(); r != nil {
			_, _ = fmt.Fprintf(p.Stderr, "panic: %v\n\n%s", r, debug.Stack())
		}
		result <- code
	}()
	code = program(ctx, p)
}

// Go runs f in the background. Like a program's panic, its panic ends the
// process, but not the sandbox.
func (p *Process) Go(f func()) {
	go func() {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if p.entry == nil { // a test of a program
				panic(r)
			}
			_, _ = fmt.Fprintf(p.Stderr, "panic: %v\n\n%s", r, debug.Stack())
			p.entry.send(SIGKILL)
		}()
		f()
	}()
}

func (c *Container) lookup(name string) (Program, bool) {
	p, err := c.cfg.Image.find(name, getenv(c.env, "PATH"), c.view(nil))
	return p, err == nil
}

// Parent is the PID of the process that started this one, 0 if that is outside
// the container.
func (p *Process) Parent() int {
	if p.entry == nil {
		return 0
	}
	return int(p.entry.parent.Load())
}
