package container

import (
	"context"
	"testing"
	"time"
)

// waits runs until it is killed.
func waits(ctx context.Context, _ *Process) int {
	<-ctx.Done()
	return 0
}

// await fails the test when a child does not end.
func await(t *testing.T, c *Child) (int, Signal) {
	t.Helper()
	select {
	case <-c.Done():
	case <-time.After(time.Minute):
		t.Fatal("the child does not end")
	}
	return c.Exit()
}

func TestChildren(t *testing.T) {
	children := make(chan *Child, 4)
	c := start(t, func(ctx context.Context, p *Process) int {
		p.Ignore(SIGHUP)
		deaf := *p
		deaf.Deaf = []Signal{SIGINT}
		for _, child := range []Process{*p, deaf, *p} {
			started, err := p.Start(ctx, waits, child)
			if err != nil {
				t.Error(err)
			}
			children <- started
		}
		_, _ = p.Start(ctx, func(ctx context.Context, sub *Process) int {
			orphan, err := sub.Start(ctx, waits, *sub)
			if err != nil {
				t.Error(err)
			}
			children <- orphan
			return 0
		}, *p)
		return waits(ctx, p)
	}, nil)
	plain, deaf, last, orphan := <-children, <-children, <-children, <-children
	for _, child := range []*Child{plain, deaf} {
		child.Signal(SIGHUP) // which their parent ignores
		child.Signal(SIGINT)
	}
	if code, signal := await(t, plain); code != 130 || signal != SIGINT {
		t.Errorf("interrupted: code %d, signal %d", code, signal)
	}
	deaf.Signal(SIGTERM)
	if code, signal := await(t, deaf); code != 143 || signal != SIGTERM {
		t.Errorf("terminated: code %d, signal %d", code, signal)
	}
	select {
	case <-orphan.Done():
		t.Error("the orphan ended with its parent")
	default:
	}
	c.Signal(SIGKILL)
	<-c.Done()
	for _, child := range []*Child{last, orphan} {
		if code, signal := await(t, child); code != 137 || signal != SIGKILL {
			t.Errorf("after the container: code %d, signal %d", code, signal)
		}
	}
}

func TestTooManyProcesses(t *testing.T) {
	result := make(chan error, 1)
	c := start(t, func(ctx context.Context, p *Process) int {
		for range mostProcesses {
			if _, err := p.Start(ctx, waits, *p); err != nil {
				result <- err
				break
			}
		}
		return waits(ctx, p)
	}, nil)
	if err := <-result; err == nil || err.Error() != "resource temporarily unavailable" {
		t.Errorf("error = %v", err)
	}
	c.Signal(SIGKILL)
	<-c.Done()
}

// Programs on a terminal get its type.
func TestTerminalOfExec(t *testing.T) {
	c := start(t, waits, nil)
	for _, tty := range []bool{true, false} {
		out := new(buffer)
		c.cfg.Image.Programs["/bin/args"] = func(_ context.Context, p *Process) int {
			_, _ = out.Write([]byte(getenv(p.Env, "TERM")))
			return 0
		}
		if _, err := c.Exec(t.Context(), ExecConfig{Args: []string{"args"}, TTY: tty}); err != nil {
			t.Fatal(err)
		}
		if want := map[bool]string{true: "xterm"}[tty]; out.String() != want {
			t.Errorf("terminal %v: TERM = %q", tty, out)
		}
	}
	c.Signal(SIGKILL)
	<-c.Done()
}
