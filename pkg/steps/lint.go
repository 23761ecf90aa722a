package steps

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Bounds of a lesson that is good to take.
const (
	leastMinutes = 5
	mostMinutes  = 60
	leastHints   = 2
)

// Lint returns what is wrong with all lessons, sorted by file and line; none
// when a learner can take them all: every file is read without faults, each
// step that changes the cluster is checked and has hints, the manifests are what
// the lessons show, and the translations differ in words alone.
func (c *Catalog) Lint() []Problem {
	all := slices.Concat(c.found, c.lintFolders())
	for _, id := range c.IDs() {
		all = append(all, c.lintLesson(id)...)
	}
	slices.SortFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(all)
}

// lintFolders reports lessons that no course lists.
func (c *Catalog) lintFolders() []Problem {
	entries, err := fs.ReadDir(c.lessons, ".")
	if err != nil {
		return problems(courseFile, err)
	}
	var all []Problem
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(c.IDs(), e.Name()) {
			all = append(all, Problem{File: courseFile, Message: fmt.Sprintf("no course lists the lesson %q", e.Name())})
		}
	}
	return all
}

// lintLesson checks each language by itself, then the translations against the
// first language.
func (c *Catalog) lintLesson(id string) []Problem {
	var all []Problem
	var first *Lesson
	for _, l := range lang.All() {
		name := lessonFile(id, l)
		if _, err := fs.Stat(c.lessons, name); err != nil {
			continue // opening the catalog has reported it
		}
		lesson, err := Parse(c.lessons, name)
		if err != nil {
			all = append(all, problems(name, err)...)
			continue
		}
		all = append(all, lintSteps(lesson)...)
		all = append(all, c.lintManifests(lesson)...)
		if first == nil {
			first = lesson
		} else {
			all = append(all, lintTranslation(first, lesson)...)
		}
	}
	return all
}

// lintSteps checks that a lesson has the right length, and that its steps are
// checked and helped with.
func lintSteps(l *Lesson) []Problem {
	f := &faults{file: l.File}
	if l.Minutes < leastMinutes || l.Minutes > mostMinutes {
		f.add(1, "a lesson must take %d to %d minutes, not %d", leastMinutes, mostMinutes, l.Minutes)
	}
	for _, s := range l.Steps {
		graded := len(s.Checks()) > 0
		if changes := slices.ContainsFunc(s.Actions(), changesCluster); changes && !graded {
			f.add(s.Line, "step %q changes the cluster but has no check", s.ID)
		}
		if graded && len(s.Hints) < leastHints {
			f.add(s.Line, "step %q has checks and needs at least %d hints, not %d", s.ID, leastHints, len(s.Hints))
		}
		if s.Goal == "" {
			f.add(s.Line, "step %q has no goal; write it under the heading as > %s", s.ID, goalMarker)
		}
	}
	return problems(l.File, f.err())
}

// changesCluster reports whether an action surely changes the cluster; of a
// command nobody can tell.
func changesCluster(a Action) bool { return a.Kind == Apply || a.Edit != nil }
