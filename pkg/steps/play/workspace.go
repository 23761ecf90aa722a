package play

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Workspace is the folder on the learner's disk that holds a lesson's
// manifests, free to edit.
type Workspace struct {
	dir string
	// versions holds what the lesson itself wants in a file, in its order: what
	// differs from all of them is the learner's own.
	versions map[string][][]byte
	sources  map[string][]byte
}

// OpenWorkspace fills dir with the manifests of a lesson, its variables in their
// places. What the learner has there already stays as it is. manifest returns the
// content of a manifest.
func OpenWorkspace(dir string, l *steps.Lesson, manifest func(file string) ([]byte, error)) (*Workspace, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, lang.Errorf("failed to create the workspace: %w", "无法创建工作目录：%w", err)
	}
	w := &Workspace{dir: dir, versions: map[string][][]byte{}, sources: map[string][]byte{}}
	for _, s := range l.Steps {
		for _, a := range s.Actions() {
			if a.Kind != steps.Apply {
				continue
			}
			data, err := manifest(a.Source)
			if err != nil {
				return nil, err
			}
			data = l.Fill(data)
			w.sources[a.Source] = data
			w.versions[a.Manifest] = append(w.versions[a.Manifest], data)
		}
	}
	for file, versions := range w.versions {
		if _, err := os.Stat(w.path(file)); errors.Is(err, fs.ErrNotExist) {
			if err := replace(w.path(file), versions[0]); err != nil {
				return nil, lang.Errorf("failed to fill the workspace: %w", "无法写入工作目录：%w", err)
			}
		}
	}
	return w, nil
}

// Dir is the workspace's folder.
func (w *Workspace) Dir() string { return w.dir }

func (w *Workspace) path(file string) string { return filepath.Join(w.dir, filepath.FromSlash(file)) }

// Put makes the file of an apply action what the lesson needs there. A file
// that the learner has changed is left as it is, unless afresh: then it is kept
// under another name. The note tells the learner what happened, if anything did.
func (w *Workspace) Put(a steps.Action, afresh bool) (note lang.Message, err error) {
	want, file := w.sources[a.Source], w.path(a.Manifest)
	have, err := os.ReadFile(file)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return lang.Message{}, lang.Errorf("failed to read the workspace: %w", "无法读取工作目录：%w", err)
	case err == nil && bytes.Equal(have, want):
		return lang.Message{}, nil
	case err == nil && !w.known(a.Manifest, have):
		if !afresh {
			return lang.Messagef("%s has your own changes; applying it as it is.", "%s 里有你自己的修改，按现有内容提交。", a.Manifest), nil
		}
		kept, err := w.keep(a.Manifest, have)
		if err != nil {
			return lang.Message{}, err
		}
		note = lang.Messagef("Saved your %s as %s.", "你的 %s 已另存为 %s。", a.Manifest, kept)
	}
	if err := replace(file, want); err != nil {
		return lang.Message{}, lang.Errorf("failed to write the workspace: %w", "无法写入工作目录：%w", err)
	}
	return note, nil
}

// keep saves the learner's version of a file under a name that is free, and returns
// that name: a.yaml.mine, then a.yaml.mine-2 and so on. One that holds the same
// already will do.
func (w *Workspace) keep(file string, content []byte) (string, error) {
	for n := 1; ; n++ {
		name := file + ".mine"
		if n > 1 {
			name = fmt.Sprintf("%s-%d", name, n)
		}
		err := create(w.path(name), content)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", lang.Errorf("failed to save your file: %w", "无法另存你的文件：%w", err)
		}
		if there, err := os.ReadFile(w.path(name)); err == nil && bytes.Equal(there, content) {
			return name, nil
		}
	}
}

// create writes a file that is not there yet, and leaves none that is half written.
func create(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// replace writes a file completely or not at all: half of one would be taken for the
// learner's own changes.
func replace(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// Discard removes the files that are as the lesson wrote them.
func (w *Workspace) Discard() error {
	for file := range w.versions {
		have, err := os.ReadFile(w.path(file))
		if err == nil && w.known(file, have) {
			err = os.Remove(w.path(file))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return lang.Errorf("failed to clear the workspace: %w", "无法清理工作目录：%w", err)
		}
	}
	return nil
}

func (w *Workspace) known(file string, content []byte) bool {
	for _, v := range w.versions[file] {
		if bytes.Equal(v, content) {
			return true
		}
	}
	return false
}
