package home

import (
	"os"
	"path/filepath"
)

// Lesson is the folder of one lesson.
type Lesson string

// Lessons returns the existing folders of lessons; none if they can't be read.
func (d Dir) Lessons() []Lesson {
	entries, err := os.ReadDir(d.lessons())
	var all []Lesson
	for _, e := range entries {
		if err == nil && e.IsDir() {
			all = append(all, d.Lesson(e.Name()))
		}
	}
	return all
}

// ID is the lesson's id.
func (l Lesson) ID() string { return filepath.Base(string(l)) }

// Progress is the file of the learner's progress.
func (l Lesson) Progress() string { return l.file("progress.json") }

// Lock is the file that a process locks while it has the lesson open.
func (l Lesson) Lock() string { return l.file("lock") }

// Workspace is the folder with the manifests, which the learner may edit.
func (l Lesson) Workspace() string { return l.file("workspace") }

// Kubeconfig is the file with one context and all its credentials. It exists only while
// the lesson is open.
func (l Lesson) Kubeconfig() string { return l.file("kubeconfig") }

func (l Lesson) file(name string) string { return filepath.Join(string(l), name) }
