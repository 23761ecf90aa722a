package daemon

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
)

// A daemon whose up was killed takes the lock only after a down has looked for
// it. It must not live.
func TestDownCallsOffADaemonThatIsNotBornYet(t *testing.T) {
	f := testFolder(t)
	mark, err := f.ensureMark()
	if err != nil || mark == "" {
		t.Fatalf("mark %q, %v", mark, err)
	}
	if err := f.calledOff(mark); err != nil {
		t.Errorf("called off by nobody: %v", err)
	}
	if err := Down(t.Context(), f); !errors.Is(err, ErrNotRunning) {
		t.Fatal(err)
	}
	err = Run(t.Context(), f, RunOptions{Mark: mark, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err == nil || !strings.Contains(err.Error(), "canceled the start") {
		t.Errorf("the daemon ended with %v", err)
	}
	if _, err := os.Stat(f.file("etcd")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it began to work: %v", err)
	}
	if r, err := f.read(); err != nil || r.PID != 0 || r.Failure == nil || r.Failure.What.ZH == r.Failure.What.EN {
		t.Errorf("record %+v, %v", r, err)
	}
	if next, err := f.ensureMark(); err != nil || f.calledOff(next) != nil {
		t.Errorf("the next start is called off too: %v", err)
	}
}
