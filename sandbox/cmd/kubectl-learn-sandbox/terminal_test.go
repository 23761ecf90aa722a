//go:build !windows

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// screen is a program on a pseudo-terminal.
type screen struct {
	t   *testing.T
	tty *os.File
	cmd *exec.Cmd

	mu   sync.Mutex
	seen bytes.Buffer
	from int
}

// onTerminal runs the built-in kubectl on a pseudo-terminal.
func onTerminal(t *testing.T, home string, args ...string) *screen {
	t.Helper()
	return onScreen(t, home, append([]string{"kubectl"}, args...)...)
}

// onScreen runs the program on a pseudo-terminal of 33 rows and 100 columns.
func onScreen(t *testing.T, home string, args ...string) *screen {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t), args...)
	cmd.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+home, "KUBECONFIG=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 33, Cols: 100})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, tty: tty, cmd: cmd}
	go s.read()
	t.Cleanup(func() { _ = tty.Close() })
	return s
}

func (s *screen) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buffer)
		s.mu.Lock()
		s.seen.Write(buffer[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// sees waits until text appears after what was seen before.
func (s *screen) sees(text string) {
	s.t.Helper()
	patience.Until(s.t, fmt.Sprintf("%q on the screen", text), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		at := strings.Index(s.seen.String()[s.from:], text)
		if at >= 0 {
			s.from += at + len(text)
		}
		return at >= 0
	}, s.shows)
}

// shows is all that the screen has shown.
func (s *screen) shows() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.String()
}

func (s *screen) types(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// ends waits for the program's end and wants its exit code.
func (s *screen) ends(want int) {
	s.t.Helper()
	ended := make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // the exit code tells
		close(ended)
	}()
	patience.Receive(s.t, "the program to end", ended)
	if got := s.cmd.ProcessState.ExitCode(); got != want {
		s.t.Errorf("exit code %d, want %d; the screen shows:\n%s", got, want, s.shows())
	}
}

// On a terminal, reset asks before it deletes lessons.
func TestResetAsks(t *testing.T) {
	home := t.TempDir()
	state, lesson := filepath.Join(home, "sandbox", "etcd"), filepath.Join(home, "lessons", "first-steps")
	record := `{"version": 1, "lesson": "first-steps", "namespace": {"name": "learn-first-steps", "uid": "u"}, "steps": {}}`
	if err := errors.Join(os.MkdirAll(state, 0o700), os.MkdirAll(lesson, 0o700),
		os.WriteFile(filepath.Join(lesson, "progress.json"), []byte(record), 0o600)); err != nil {
		t.Fatal(err)
	}
	s := onScreen(t, home, "reset")
	s.sees("you haven't finished these lessons in the sandbox: first-steps; ")
	s.sees("Reset the sandbox?")
	s.types("\r")
	s.sees("nothing was deleted")
	s.ends(130)
	if _, err := os.Stat(state); err != nil {
		t.Error(err)
	}
	s = onScreen(t, home, "reset")
	s.sees("Reset the sandbox?")
	s.types("\x1b[B\r")
	s.sees("the sandbox is empty")
	s.ends(0)
	if _, err := os.Stat(state); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the state after a reset: %v", err)
	}
	s = onScreen(t, home, "reset") // nothing is left to ask about
	s.sees("the sandbox is empty")
	s.ends(0)
}

// TestTerminals has a learner at a terminal: exec, run and attach, with the
// keys that such a one uses.
func TestTerminals(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	sandbox := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program(t), args...)
		cmd.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+home, "KUBECONFIG=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
	}
	sandbox("up")
	t.Cleanup(func() { stopLeftOver(t, program(t), append(os.Environ(), "KUBECTL_LEARN_HOME="+home)) })
	sandbox("kubectl", "run", "tool", "--image=busybox", "--", "sleep", "infinity")
	sandbox("kubectl", "run", "term", "--image=busybox", "-it", "--attach=false", "--leave-stdin-open")
	sandbox("kubectl", "wait", "--for=condition=Ready", "pod/tool", "pod/term", "--timeout="+patience.Limit().String())

	t.Run("shell", func(t *testing.T) {
		s := onTerminal(t, home, "exec", "-it", "tool", "--", "sh")
		s.sees("/ # ")
		s.types("stty size; echo $((6*7))\r")
		s.sees("33 100\r\n42\r\n/ # ")
		if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 20, Cols: 70}); err != nil {
			t.Fatal(err)
		}
		s.types("until stty size | grep -q '20 70'; do sleep 0.1; done; echo resi''zed\r")
		s.sees("resized\r\n/ # ")
		s.types("sleep 1000\r")
		s.sees("sleep 1000\r\n")
		s.types("\x03")
		s.sees("^C\r\n/ # ")
		s.types("exit 3\r")
		s.ends(3)
	})
	t.Run("program", func(t *testing.T) {
		s := onTerminal(t, home, "exec", "-it", "tool", "--", "cat")
		s.types("lz\x7fs\r")
		s.sees("lz\b \bs\r\nls\r\n")
		s.types("\x04")
		s.ends(0)
		s = onTerminal(t, home, "exec", "-it", "tool", "--", "sh", "-c", "echo re''ady; sleep 1000")
		s.sees("ready\r\n")
		s.types("\x03")
		s.ends(130)
	})
	t.Run("run", func(t *testing.T) {
		s := onTerminal(t, home, "run", "once", "-it", "--rm", "--image=busybox", "--restart=Never", "--", "sh")
		s.sees("try pressing enter.")
		s.types("\r")
		s.sees("/ # ")
		s.types("hostname; exit\r")
		s.sees("once\r\n")
		s.sees(`pod "once" deleted`)
		s.ends(0)
	})
	t.Run("attach", func(t *testing.T) {
		s := onTerminal(t, home, "attach", "-it", "term")
		s.sees("If you don't see a command prompt, try pressing enter.")
		s.types("\r")
		s.sees("/ # ")
		s.types("x=kept; echo se''t\r")
		s.sees("set\r\n")
		if err := s.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		s.ends(-1)
		s = onTerminal(t, home, "attach", "-it", "term")
		s.sees("try pressing enter.")
		s.types("echo is $x\r")
		s.sees("is kept\r\n/ # ")
	})
}
