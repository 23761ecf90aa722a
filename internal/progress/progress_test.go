package progress

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/internal/home"
)

func TestStoreKeepsWhatWasSaved(t *testing.T) {
	dir := home.Lesson(t.TempDir())
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
	dir := home.Lesson(t.TempDir())
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
		"no version":   `{"steps": {}}`,
		"other types":  `{"version": 1, "steps": []}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := home.Lesson(t.TempDir())
			if err := os.WriteFile(dir.Progress(), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, "orchestrate")
			if err != nil {
				t.Fatal(err)
			}
			if s.Damaged == nil {
				t.Error("the damage is not told")
			}
			kept, err := os.ReadFile(s.Kept)
			if err != nil || string(kept) != content {
				t.Errorf("kept %q, %v; want %q", kept, err, content)
			}
		})
	}
}

func TestDamagedRecordNamesItsNamespace(t *testing.T) {
	dir := home.Lesson(t.TempDir())
	s, err := Open(dir, "orchestrate")
	if err != nil {
		t.Fatal(err)
	}
	s.Cluster = Cluster{Context: "kind-a \"b\"", Server: "https://127.0.0.1:6443", UID: "u0"}
	s.Namespace = Object{Name: "learn-orchestrate", UID: "u1"}
	s.Steps["redis"] = Step{Blocks: 3}
	if err := errors.Join(s.Save(), s.Close()); err != nil {
		t.Fatal(err)
	}
	file := dir.Progress()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Wherever the file is cut off, nothing wrong is read from it, and after the two
	// objects both are read.
	behind := strings.Index(string(whole), `"steps"`)
	for end := range len(whole) - 2 {
		if err := os.WriteFile(file, whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(dir)
		e, ok := errors.AsType[*DamagedError](err)
		if !ok {
			t.Fatalf("cut off at %d: %v", end, err)
		}
		if e.Namespace != (Object{}) && e.Namespace != s.Namespace || e.Cluster != nil && *e.Cluster != s.Cluster {
			t.Errorf("cut off at %d: read %+v on %+v", end, e.Namespace, e.Cluster)
		}
		if end >= behind && (e.Namespace != s.Namespace || e.Cluster == nil) {
			t.Errorf("cut off at %d: the namespace is not read", end)
		}
	}
}

func TestNewerRecordStaysAsItIs(t *testing.T) {
	for name, content := range map[string]string{
		"like ours":    `{"version": 2, "lesson": "orchestrate", "namespace": {"name": "learn-orchestrate"}}`,
		"unlike ours":  `{"version": 99, "steps": ["a"], "namespace": "learn-orchestrate"}`,
		"almost empty": `{"version": 99}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := home.Lesson(t.TempDir())
			file := dir.Progress()
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir, "orchestrate")
			newer, ok := errors.AsType[*NewerError](err)
			if !ok || newer.File != file || newer.Known != version {
				t.Errorf("got %v, want a NewerError", err)
			}
			if now, err := os.ReadFile(file); err != nil || string(now) != content {
				t.Errorf("it holds %q, %v", now, err)
			}
			if all, err := filepath.Glob(file + "?*"); err != nil || len(all) > 0 {
				t.Errorf("put aside as %v, %v", all, err)
			}
			if _, err := Open(dir, "orchestrate"); !errors.As(err, &newer) {
				t.Errorf("the second time: %v; is it still locked?", err)
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
	_, err := Open(home.Lesson(dir), "orchestrate")
	var unwritable *UnwritableError
	if !errors.As(err, &unwritable) || unwritable.Dir != dir {
		t.Fatalf("Open: %v, want an UnwritableError for %s", err, dir)
	}
}

func TestRecordIsForItsOwnerOnly(t *testing.T) {
	dir := home.Lesson(t.TempDir())
	if _, err := Open(dir, "orchestrate"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir.Progress())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode().Perm())
	}
}
