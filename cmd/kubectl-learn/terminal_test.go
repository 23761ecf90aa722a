//go:build !windows

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/kubectl-learn/kubectl-learn/internal/patience"
)

// screen is a program on a pseudo-terminal.
type screen struct {
	t   *testing.T
	tty *os.File
	cmd *exec.Cmd

	mu    sync.Mutex
	seen  bytes.Buffer
	more  *sync.Cond
	ended bool
	from  int
}

// play starts the plugin on a pseudo-terminal of 100 columns.
func play(t *testing.T, home string, args ...string) *screen {
	t.Helper()
	bin := programs(t)
	cmd := exec.Command(filepath.Join(bin, "kubectl-learn"), args...)
	cmd.Env = append(os.Environ(), "KUBECTL_LEARN_HOME="+home, "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=", "PATH="+bin+":"+os.Getenv("PATH"))
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 100})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, tty: tty, cmd: cmd}
	s.more = sync.NewCond(&s.mu)
	go s.read()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = tty.Close()
	})
	return s
}

func (s *screen) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buffer)
		s.mu.Lock()
		s.seen.Write(buffer[:n])
		s.ended = err != nil
		s.more.Broadcast()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`)

// sees waits until text appears after what was seen before.
func (s *screen) sees(text string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	late := false
	timer := time.AfterFunc(patience.Limit(), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.more.Broadcast()
	})
	defer timer.Stop()
	for {
		plain := escapes.ReplaceAllString(s.seen.String(), "")
		if at := strings.Index(plain[min(s.from, len(plain)):], text); at >= 0 {
			s.from += at + len(text)
			return
		}
		if late || s.ended {
			s.t.Fatalf("did not see %q; the screen shows:\n%s", text, plain)
		}
		s.more.Wait()
	}
}

// since returns what the screen showed after the place from, as text.
func (s *screen) since(from int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return escapes.ReplaceAllString(s.seen.String(), "")[from:]
}

// asks waits for the learner's prompt: a key pressed before it doesn't count as an
// answer.
func (s *screen) asks() {
	s.t.Helper()
	s.sees("\n› ")
}

func (s *screen) types(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// ends waits for the program's end and returns its exit code.
func (s *screen) ends() int {
	s.t.Helper()
	ended := make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // the exit code tells
		close(ended)
	}()
	patience.Receive(s.t, "the program to end", ended)
	return s.cmd.ProcessState.ExitCode()
}

// TestTerminalTakesALearnerThrough walks the first steps as a beginner would: with
// Enter, with words, with a command of their own, and once with a mistake.
func TestTerminalTakesALearnerThrough(t *testing.T) {
	home := t.TempDir()
	t.Cleanup(func() { stopSandbox(programs(t), home) })
	s := play(t, home, "start")
	s.sees("Which lesson?")
	s.types("three parts\r")
	s.sees("Step 1 of 11")
	s.sees("$ kubectl version")
	s.sees("Press Enter to run the command above")
	s.asks()
	pasted := s.from
	s.types("echo one $((1 + 1))\r\r\recho two $((2 + 2))\r\r")
	s.sees("one 2")
	s.sees("two 4")
	s.asks()
	if seen := s.since(pasted); strings.Contains(seen, "Server Version") {
		t.Errorf("an empty line of a paste ran the command:\n%s", seen)
	}
	s.types("\r")
	s.sees("Server Version: v1.36.3")
	s.sees("$ kubectl get nodes")
	s.types("echo my own $((40 + 2))\r")
	s.sees("my own 42")
	s.types("hint\r")
	s.sees("Hint: ")
	s.types("next\r")
	s.sees("$ kubectl get service -n default")
	s.asks()
	s.types("k  get -n=default 'service'\r")
	s.sees("kubernetes")
	s.sees("answer ›")
	s.types("1\r")
	s.sees("Not that one")
	s.types("?\r")
	s.sees("The answer is 2.")
	s.types("2\r")
	s.sees("Right. ")
	s.sees("answer › ")
	s.types("\x03")
	s.sees("Stopped. Your progress is saved. To continue: kubectl learn start orchestrate")
	if code := s.ends(); code != 130 {
		t.Errorf("exit code %d after Ctrl-C, want 130", code)
	}
}

// TestTerminalSaysWhatIsMissing breaks a manifest and fixes it while the lesson waits.
func TestTerminalSaysWhatIsMissing(t *testing.T) {
	home := t.TempDir()
	t.Cleanup(func() { stopSandbox(programs(t), home) })
	lesson := filepath.Join(home, "lessons", "orchestrate")
	if err := os.MkdirAll(lesson, 0o700); err != nil {
		t.Fatal(err)
	}
	begun := `{"version":1,"lesson":"orchestrate","steps":{"look-around":{"blocks":99,"done":"2026-01-01T00:00:00Z"},"read-manifest":{"blocks":99,"done":"2026-01-01T00:00:00Z"}}}`
	if err := os.WriteFile(filepath.Join(lesson, "progress.json"), []byte(begun), 0o600); err != nil {
		t.Fatal(err)
	}
	s := play(t, home, "start", "orchestrate")
	s.sees("continuing after 2 of 11 steps")
	s.sees("$ kubectl apply -f app.yaml")
	s.asks()
	stopSandbox(programs(t), home)
	s.types("kubectl get pods\r")
	s.sees("The sandbox has stopped. Starting it again")
	s.sees("The sandbox is running again")
	s.sees("Type your command again.")
	s.asks()
	s.types("sed 's/laravelapp:0/laravelap:0/' app.yaml > broken && kubectl apply -f broken\r")
	s.sees("deployment.apps/docker2istio-app created")
	for range 4 {
		s.types("next\r")
	}
	s.sees("✗ failed")
	s.sees("laravelap:0.0.2")
	s.sees("Press Enter to check again")
	s.types("kubectl apply -f app.yaml\r")
	s.sees("configured")
	s.types("next\r") // it may go on by itself already
	s.sees("✓ passed  Every copy of the app is ready")
	s.sees("Press Enter for the next step")
	s.types("quit\r")
	s.sees("Stopped.")
	if code := s.ends(); code != 0 {
		t.Errorf("exit code %d after quit, want 0", code)
	}
}

// TestTerminalChoosesInChinese sees the menu, whose help text is the library's.
func TestTerminalChoosesInChinese(t *testing.T) {
	s := play(t, t.TempDir(), "start", "--lang", "zh")
	s.sees("想学哪一课？")
	s.sees("用方向键移动")
	s.types("\x03")
	if code := s.ends(); code != 130 {
		t.Errorf("exit code %d after Ctrl-C, want 130", code)
	}
}

// TestTerminalTakesASignalForCtrlC sends the signal that Ctrl-C is while the terminal
// is not in raw mode, such as just before a question.
func TestTerminalTakesASignalForCtrlC(t *testing.T) {
	s := play(t, t.TempDir(), "start")
	s.sees("Which lesson?")
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := s.ends(); code != 130 {
		t.Errorf("exit code %d after the signal, want 130", code)
	}
}
