package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Nothing of a log is lost to whoever follows it while it is rotated, by the
// sandbox that writes it or by the next one.
func TestLogReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.log")
	old := path + ".old"
	write := func(text string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	putAside := func() {
		t.Helper()
		data, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(old, data, 0o600)
		}
		if err == nil {
			err = os.Truncate(path, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("first\n")
	putAside()
	write("second, a long line\n")
	log, err := openLog(path, old)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	var got bytes.Buffer
	if err := log.all(&got); err != nil {
		t.Fatal(err)
	}
	want := "first\nsecond, a long line\n"
	see := func(more string) {
		t.Helper()
		want += more
		if err := log.more(&got); err != nil {
			t.Fatal(err)
		}
		if got.String() != want {
			t.Errorf("%q, want %q", got.String(), want)
		}
	}
	see("")
	write("third, and not seen before it is put aside\n")
	putAside()
	write("4\n")
	see("third, and not seen before it is put aside\n4\n")
	write("5\n")
	see("5\n")
	write("6\n")
	if err := os.Rename(path, old); err != nil {
		t.Fatal(err)
	}
	see("6\n")
	write("7\n")
	see("7\n")
}
