package progress

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStoreKeepsWhatWasSaved(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, "orchestrate")
	if err != nil {
		t.Fatal(err)
	}
	s.Namespace = Object{Name: "learn-orchestrate", UID: "u1"}
	s.Steps["redis"] = Step{Blocks: 3, Attempts: 1, Done: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	s.Steps["nginx"] = Step{Blocks: 1}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Record, got); diff != "" {
		t.Errorf("read back (-saved +read):\n%s", diff)
	}
	if got.DoneSteps() != 1 {
		t.Errorf("DoneSteps() = %d, want 1", got.DoneSteps())
	}
}

func TestStoreIsForOneRunAtATime(t *testing.T) {
	dir := t.TempDir()
	first, err := Open(dir, "orchestrate")
	if err != nil {
		t.Fatal(err)
	}
	var busy *BusyError
	if _, err := Open(dir, "orchestrate"); !errors.As(err, &busy) {
		t.Fatalf("second Open: %v, want a BusyError", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, "orchestrate"); err != nil {
		t.Fatalf("Open after Close: %v", err)
	}
}

func TestOpenPutsADamagedRecordAside(t *testing.T) {
	for name, content := range map[string]string{
		"half written": `{"version": 1, "steps": {`,
		"empty":        "",
		"newer":        `{"version": 99}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, recordFile), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, "orchestrate")
			if err != nil {
				t.Fatal(err)
			}
			kept, err := os.ReadFile(s.Kept)
			if err != nil || string(kept) != content {
				t.Errorf("kept %q, %v; want %q", kept, err, content)
			}
		})
	}
}

func TestOpenSaysWhichFolderTakesNoFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(file, "lessons")
	_, err := Open(dir, "orchestrate")
	var unwritable *UnwritableError
	if !errors.As(err, &unwritable) || unwritable.Dir != dir {
		t.Fatalf("Open: %v, want an UnwritableError for %s", err, dir)
	}
}

func TestRecordIsForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, "orchestrate"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, recordFile))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
}
