package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// The exit codes that a shell and a container runtime give a program that did
// not end by itself.
const (
	exitPanic  = 2
	exitKilled = 128 + int(SIGKILL)
)

// abandonAfter is how long a killed program may take to return before it is
// taken for dead all the same.
const abandonAfter = 2 * time.Second

// Config says what a container runs and what it sees.
type Config struct {
	Image Image
	// Reference is the image's name as the pod asked for it.
	Reference string
	// Command and Args are the pod's; empty ones leave the image's.
	Command, Args []string
	// Env comes after the image's own environment.
	Env []string
	// Dir is the working directory; the image's when empty.
	Dir      string
	Files    Files
	Net      Net
	Hostname string
	// Stdin may be nil: nothing to read.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	TTY            bool
}

// Exit is how a container ended.
type Exit struct {
	Code int
	// Signal is what killed it, 0 when it ended by itself.
	Signal            Signal
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

	mu        sync.Mutex
	processes []*process
	lastPID   int
}

type process struct {
	pid     int
	args    []string
	signals chan Signal
	kill    context.CancelFunc
}

// Start runs a container's program; when ctx is done it is killed. It fails as a
// runtime does when the program cannot be found.
func Start(ctx context.Context, cfg Config) (*Container, error) {
	c := &Container{cfg: cfg, started: time.Now(), done: make(chan struct{})}
	c.env = append([]string{"PATH=" + defaultPath, "HOSTNAME=" + cfg.Hostname}, cfg.Image.Env...)
	c.env = append(c.env, cfg.Env...)
	c.dir = first(cfg.Dir, cfg.Image.WorkingDir, "/")
	if c.cfg.Stdin == nil {
		c.cfg.Stdin = strings.NewReader("")
	}
	line := cfg.Image.CommandLine(cfg.Command, cfg.Args)
	if len(line) == 0 {
		return nil, errors.New("no command specified")
	}
	program, err := c.cfg.Image.find(line[0], getenv(c.env, "PATH"), cfg.Files)
	if err != nil {
		return nil, fmt.Errorf("unable to start container process: %w", err)
	}
	run := c.prepare(ctx, program, ExecConfig{
		Args: line, Stdin: c.cfg.Stdin, Stdout: cfg.Stdout, Stderr: cfg.Stderr, TTY: cfg.TTY,
	})
	go func() {
		code, killed := run()
		c.exit = Exit{Code: code, Started: c.started, Finished: time.Now()}
		if killed {
			c.exit.Signal = SIGKILL
		}
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

// Signal sends the first process a signal; SIGKILL ends the container.
func (c *Container) Signal(s Signal) {
	if s == SIGKILL {
		c.killAll()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.processes) > 0 && c.processes[0].pid == 1 {
		c.processes[0].send(s)
	}
}

func (p *process) send(s Signal) {
	select {
	case p.signals <- s:
	default: // A program that does not look at its signals loses them.
	}
}

func (c *Container) killAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.processes {
		p.kill()
	}
}

// Stop sends SIGTERM and after the grace time SIGKILL, and waits for the end. A
// program that does not handle SIGTERM lives on until it is killed, as process
// 1 of a container does on Linux.
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
