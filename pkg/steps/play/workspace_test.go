package play

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

func TestWorkspaceKeepsTheLearnersFile(t *testing.T) {
	dir := t.TempDir()
	lesson := &steps.Lesson{Steps: []steps.Step{{Blocks: []steps.Block{
		{Action: &steps.Action{Kind: steps.Apply, Manifest: "a.yaml", Source: "a.yaml"}},
		{Action: &steps.Action{Kind: steps.Apply, Manifest: "a.yaml", Source: "later/a-2.yaml"}},
	}}}}
	w, err := OpenWorkspace(dir, lesson, func(file string) ([]byte, error) { return []byte(file), nil })
	if err != nil {
		t.Fatal(err)
	}
	actions := lesson.Steps[0].Actions()
	file := filepath.Join(dir, "a.yaml")
	content := func(name string) string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	put := func(a steps.Action, afresh bool) lang.Message {
		note, err := w.Put(a, afresh)
		if err != nil {
			t.Fatal(err)
		}
		return note
	}
	if content(file) != "a.yaml" {
		t.Fatalf("the workspace holds %q, want the first version", content(file))
	}
	if note := put(actions[1], false); !note.IsZero() || content(file) != "later/a-2.yaml" {
		t.Errorf("the lesson's own version was not replaced: %q, %q", note.EN, content(file))
	}
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if note := put(actions[1], false); note.IsZero() || content(file) != "mine" {
		t.Errorf("the learner's version was replaced: %q, %q", note.EN, content(file))
	}
	if note := put(actions[1], true); note.IsZero() || content(file) != "later/a-2.yaml" || content(file+".mine") != "mine" {
		t.Errorf("afresh: %q, %q, kept %q", note.EN, content(file), content(file+".mine"))
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) || content(file+".mine") != "mine" {
		t.Errorf("discarding left the lesson's own file, or took the learner's: %v", err)
	}
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Discard(); err != nil || content(file) != "mine" {
		t.Errorf("discarding took the learner's file: %v", err)
	}
}

// TestWorkspaceKeepsEachVersion replaces the learner's file again and again: each
// version is kept, and one that is kept already is not kept twice.
func TestWorkspaceKeepsEachVersion(t *testing.T) {
	dir := t.TempDir()
	a := steps.Action{Kind: steps.Apply, Manifest: "a.yaml", Source: "a.yaml"}
	w, err := OpenWorkspace(dir, &steps.Lesson{Steps: []steps.Step{{Blocks: []steps.Block{{Action: &a}}}}}, func(string) ([]byte, error) { return []byte("lesson's"), nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, mine := range []string{"first", "second", "third", "second"} {
		if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(mine), 0o600); err != nil {
			t.Fatal(err)
		}
		if note, err := w.Put(a, true); err != nil || note.IsZero() {
			t.Fatalf("Put gave %q, %v", note.EN, err)
		}
	}
	got := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(data)
	}
	want := map[string]string{"a.yaml": "lesson's", "a.yaml.mine": "first", "a.yaml.mine-2": "second", "a.yaml.mine-3": "third"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
