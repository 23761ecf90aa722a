package daemon

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

// The log stays bounded while the daemon runs, and what panics into the same
// file is not lost.
func TestBoundLog(t *testing.T) {
	f := testFolder(t)
	file, err := openLog(f)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, ok := BoundLog(f, file).(*boundLog)
	if !ok {
		t.Fatal("the sandbox's log is not bound")
	}
	w.most = 100
	line := strings.Repeat("x", 39) + "\n"
	for range 5 {
		if _, err := io.WriteString(w, line); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := file.WriteString("panic\n"); err != nil { // as the runtime does
		t.Fatal(err)
	}
	now, _ := os.ReadFile(f.Log())
	old, _ := os.ReadFile(f.Log() + ".old")
	if want := line + "panic\n"; string(now) != want || !bytes.Equal(old, []byte(line+line)) {
		t.Errorf("log %q, old log %q", now, old)
	}
	var other bytes.Buffer
	if BoundLog(f, &other) != io.Writer(&other) {
		t.Error("another writer is bound")
	}
	stranger, err := os.Create(f.file("other"))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	if BoundLog(f, stranger) != io.Writer(stranger) {
		t.Error("another file is bound")
	}
}
