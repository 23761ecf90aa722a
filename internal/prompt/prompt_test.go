//go:build !windows

package prompt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/creack/pty"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// limit is how long anything may take; only a bug takes that long.
const limit = time.Minute

// desk is a terminal with a person at it.
type desk struct {
	t         *testing.T
	keys, tty *os.File

	mu    sync.Mutex
	shown bytes.Buffer
	more  chan struct{}
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, keys: keys, tty: tty, more: make(chan struct{}, 1)}
	t.Cleanup(func() { _ = errors.Join(keys.Close(), tty.Close()) })
	go func() {
		buffer := make([]byte, 1024)
		for {
			n, err := keys.Read(buffer)
			if err != nil {
				return
			}
			d.mu.Lock()
			d.shown.Write(buffer[:n])
			d.mu.Unlock()
			select {
			case d.more <- struct{}{}:
			default:
			}
		}
	}()
	return d
}

// sees waits until the terminal shows text.
func (d *desk) sees(text string) {
	d.t.Helper()
	late := time.After(limit)
	for {
		d.mu.Lock()
		shown := d.shown.String()
		d.mu.Unlock()
		if bytes.Contains([]byte(shown), []byte(text)) {
			return
		}
		select {
		case <-d.more:
		case <-late:
			d.t.Fatalf("did not see %q in %q", text, shown)
		}
	}
}

func (d *desk) types(keys string) {
	d.t.Helper()
	if _, err := d.keys.WriteString(keys); err != nil {
		d.t.Fatal(err)
	}
}

// waiting waits until as many bytes have come in on the terminal.
func (d *desk) waiting() {
	d.t.Helper()
	for late := time.Now().Add(limit); !pending(d.tty); {
		if time.Now().After(late) {
			d.t.Fatal("what was typed did not come in")
		}
	}
}

// TestLineTakesNoEnterFromAPaste pastes lines with an empty one between them: the key
// pressed at the question after them is what answers it.
func TestLineTakesNoEnterFromAPaste(t *testing.T) {
	for name, paste := range map[string]string{
		"marked":         "\x1b[200~echo a\r\r\recho b\r\r\x1b[201~",
		"marked, LF":     "\x1b[200~echo a\n\necho b\n\x1b[201~",
		"not marked":     "echo a\r\r\recho b\r\r",
		"not marked, LF": "echo a\n\necho b\n\n",
		"spaces":         "echo a\r  \r\t\recho b\r",
		"with CR and LF": "echo a\r\n\r\necho b\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			terminal := NewTerminal(d.tty, d.tty)
			go func() {
				d.sees("one> ")
				d.types(paste)
				d.sees("three> ")
				d.types("\r")
			}()
			for _, step := range [][2]string{{"one> ", "echo a"}, {"two> ", "echo b"}, {"three> ", ""}} {
				if line, err := terminal.Line(t.Context(), step[0]); err != nil || line != step[1] {
					t.Fatalf("%sgave %q, %v; want %q", step[0], line, err, step[1])
				}
			}
		})
	}
}

// TestLineTakesNoEnterFromBefore presses Enter before the question, as people do while
// a command runs; a command typed ahead counts.
func TestLineTakesNoEnterFromBefore(t *testing.T) {
	d := newDesk(t)
	terminal := NewTerminal(d.tty, d.tty)
	d.types("\n")
	d.waiting()
	go func() {
		d.sees("one> ")
		d.types("mine\r")
	}()
	if line, err := terminal.Line(t.Context(), "one> "); err != nil || line != "mine" {
		t.Fatalf("Line gave %q, %v", line, err)
	}
	d.types("ahead\n")
	d.waiting()
	if line, err := terminal.Line(t.Context(), "two> "); err != nil || line != "ahead" {
		t.Fatalf("Line gave %q, %v", line, err)
	}
}

func TestLineForgetsWhatCtrlCEnds(t *testing.T) {
	d := newDesk(t)
	terminal := NewTerminal(d.tty, d.tty)
	go func() {
		d.sees("one> ")
		d.types("kubectl delete")
		d.sees("kubectl delete")
		d.types("\x03echo b\r")
		d.sees("two> ")
		d.types("\x03")
	}()
	if line, err := terminal.Line(t.Context(), "one> "); err != nil || line != "echo b" {
		t.Fatalf("Line gave %q, %v", line, err)
	}
	if line, err := terminal.Line(t.Context(), "two> "); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("Ctrl-C gave %q, %v", line, err)
	}
}

func TestKeyKeepsLettersForTheLine(t *testing.T) {
	for keys, want := range map[string]string{"k": "kubectl get pods", "\r": "ubectl get pods", "\x1b[A": "ubectl get pods"} {
		d := newDesk(t)
		terminal := NewTerminal(d.tty, d.tty)
		d.types(keys)
		if err := terminal.Key(t.Context()); err != nil {
			t.Fatal(err)
		}
		go func() {
			d.sees("one> ")
			d.types("ubectl get pods\r")
		}()
		if line, err := terminal.Line(t.Context(), "one> "); err != nil || line != want {
			t.Errorf("after %q Line gave %q, %v; want %q", keys, line, err, want)
		}
	}
}

// TestKeyInsideAPaste waits for a key while the end of a paste is still to come:
// afterwards the keys are keys again.
func TestKeyInsideAPaste(t *testing.T) {
	for name, tail := range map[string]string{"empty": "\r\r\x1b[201~", "only its end": "\r\x1b[201~"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			terminal := NewTerminal(d.tty, d.tty)
			go func() {
				d.sees("one> ")
				d.types("\x1b[200~echo a" + tail)
			}()
			if line, err := terminal.Line(t.Context(), "one> "); err != nil || line != "echo a" {
				t.Fatalf("Line gave %q, %v", line, err)
			}
			d.types(" ")
			if err := terminal.Key(t.Context()); err != nil {
				t.Fatal(err)
			}
			go func() {
				d.sees("two> ")
				d.types("half\x03echo b\r")
			}()
			if line, err := terminal.Line(t.Context(), "two> "); err != nil || line != "echo b" {
				t.Errorf("Line gave %q, %v", line, err)
			}
		})
	}
}

// TestSourceFindsSplitMarks reads a paste byte by byte.
func TestSourceFindsSplitMarks(t *testing.T) {
	s := &source{in: iotest.OneByteReader(strings.NewReader("a\x1b[A\x1b[200~b\tc\x1b\x03\r\x1b[201~d\r"))}
	var got []byte
	var early []bool
	buffer := make([]byte, 64)
	for {
		n, err := s.Read(buffer)
		if err != nil {
			break
		}
		got = append(got, buffer[:n]...)
		if isLineEnd(got[len(got)-1]) {
			early = append(early, s.early)
		}
	}
	if string(got) != "a\x1b[Ab c\rd\r" || len(early) != 2 || !early[0] || early[1] {
		t.Errorf("read %q, early %v", got, early)
	}
}

func TestKeyEndsWithItsContext(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := NewTerminal(d.tty, d.tty).Key(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Key gave %v", err)
	}
}

// TestPickEndsWithItsContext tests Ctrl-C before the terminal is in raw mode, when it
// is a signal.
func TestPickEndsWithItsContext(t *testing.T) {
	for name, shown := range map[string]string{"before the question": "", "while it is asked": "Which?"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				d.sees(shown)
				cancel()
			}()
			if _, err := Pick(ctx, d.tty, d.tty, lang.English, "Which?", []string{"a", "b"}, 0); !errors.Is(err, ErrInterrupted) {
				t.Errorf("Pick gave %v, want ErrInterrupted", err)
			}
		})
	}
}
