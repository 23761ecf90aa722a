package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// exitPanic is the exit code of a Go program that panics.
const exitPanic = 2

// abandonAfter is how long a killed program may take to return before it counts
// as dead anyway.
const abandonAfter = 2 * time.Second

// terminal is the variable that the runtime sets for a process on a terminal.
const terminal = "TERM=xterm"

// Config says what a container runs and sees.
type Config struct {
	Image Image
	// Reference is the image's name as the pod asked for it.
	Reference string
	// Command and Args are the pod's; empty ones keep the image's.
	Command, Args []string
	// Env comes after the image's own environment.
	Env []string
	// Dir is the working directory; the image's when empty.
	Dir      string
	Files    *Tree
	Net      Net
	Hostname string
	// User is the user of its processes.
	User User
	// Privileges are their privileges.
	Privileges Privileges
	// Sealed makes all files read-only except on mounts.
	Sealed bool
	// Processes is the namespace that it shares; nil gives it one of its own.
	Processes *Processes
	// Stdin may be nil: nothing to read.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	TTY            bool
	// Size delivers the terminal's size; it may be nil.
	Size <-chan tty.Size
	// Memory is how many bytes the container may hold; 0 for the node's
	// default.
	Memory int64
	// Labels are pairs of a name and a value that a crash of this process shows of
	// the container's goroutines.
	Labels []string
}

// Exit is how a container ended.
type Exit struct {
	Code int
	// Signal is what killed it, 0 when it ended by itself; OutOfMemory says that it
	// was the out-of-memory killer.
	Signal            Signal
	OutOfMemory       bool
	Started, Finished time.Time
}

// Container is a started container: its first process and those that exec adds.
type Container struct {
	cfg     Config
	env     []string
	dir     string
	started time.Time
	done    chan struct{}
	exit    Exit
	// ended says that the first process is gone: processes that start now are
	// killed.
	ended atomic.Bool

	processes *Processes
	main      *process
	memory    *memory
	opened    atomic.Int64
}

// Start runs a container's program; when ctx is done it is killed. If the
// program cannot be found, it fails as a runtime does.
func Start(ctx context.Context, cfg Config) (*Container, error) {
	c := &Container{cfg: cfg, started: time.Now(), done: make(chan struct{}), processes: cfg.Processes, memory: newMemory(cfg.Memory)}
	if c.processes == nil {
		c.processes = NewProcesses()
	}
	c.env = append([]string{"PATH=" + defaultPath}, cfg.Image.Env...)
	if cfg.TTY {
		c.env = append(c.env, terminal)
	}
	c.env = append(append(c.env, "HOSTNAME="+cfg.Hostname), cfg.Env...)
	if getenv(c.env, "HOME") == "" { // The runtime adds it, last.
		c.env = append(c.env, "HOME="+first(cfg.Image.Accounts().Home(cfg.User.UID), "/"))
	}
	c.env = lastOf(c.env)
	c.dir = first(cfg.Dir, cfg.Image.WorkingDir, "/")
	if c.cfg.Stdin == nil {
		c.cfg.Stdin = strings.NewReader("")
	}
	line := cfg.Image.CommandLine(cfg.Command, cfg.Args)
	if len(line) == 0 {
		return nil, errors.New("no command specified")
	}
	program, err := c.cfg.Image.find(line[0], getenv(c.env, "PATH"), c.view(nil))
	if err != nil {
		return nil, fmt.Errorf("unable to start container process: %w", err)
	}
	for name, owner := range cfg.Image.Owned {
		if err := cfg.Files.Chown(name, owner); err != nil {
			return nil, fmt.Errorf("failed to prepare the image's files: %w", err)
		}
	}
	if cfg.Sealed {
		cfg.Files.Seal()
	}
	run := c.prepare(ctx, program, ExecConfig{
		Args: line, Stdin: c.cfg.Stdin, Stdout: cfg.Stdout, Stderr: cfg.Stderr, TTY: cfg.TTY, Size: cfg.Size,
	}, c.env)
	c.main = c.processes.of(c)[0]
	go func() {
		code, signal := run()
		c.exit = Exit{Code: code, Signal: signal, Started: c.started, Finished: time.Now()}
		if c.memory.wasFull() {
			c.exit.Code, c.exit.Signal, c.exit.OutOfMemory = 128+int(SIGKILL), SIGKILL, true
		}
		c.ended.Store(true)
		c.killAll() // The first process takes the others with it.
		close(c.done)
	}()
	return c, nil
}

func first(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// Started is when the container was started.
func (c *Container) Started() time.Time { return c.started }

// Done is closed when the container has ended.
func (c *Container) Done() <-chan struct{} { return c.done }

// Exit is how it ended; only after Done.
func (c *Container) Exit() Exit { return c.exit }

// Processes is the namespace that the container's processes are in.
func (c *Container) Processes() *Processes { return c.processes }

// Signal sends the first process a signal; SIGKILL ends the container.
func (c *Container) Signal(s Signal) {
	if s == SIGKILL {
		c.killAll()
		return
	}
	c.main.send(s)
}

func (c *Container) killAll() {
	for _, p := range c.processes.of(c) {
		p.send(SIGKILL)
	}
}

// Stop sends SIGTERM and after the grace time SIGKILL, and waits for the end. A
// program that does not handle SIGTERM keeps running until it is killed, like
// PID 1 of a container on Linux.
func (c *Container) Stop(grace time.Duration) Exit {
	if grace > 0 {
		c.Signal(SIGTERM)
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-c.done:
			return c.exit
		case <-timer.C:
		}
	}
	c.Signal(SIGKILL)
	<-c.done
	return c.exit
}
