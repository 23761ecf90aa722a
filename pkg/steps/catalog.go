package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// courseFile lists the courses and their lessons.
const courseFile = "course.yaml"

// Catalog is all lessons of a file system, by course, with the manifests that
// they apply.
type Catalog struct {
	lessons, manifests fs.FS
	courses            []Course
	// found are the problems of opening, which Lint reports.
	found []Problem
}

// NotFoundError says that the catalog has no lesson with that name.
type NotFoundError struct {
	ID string
	// Nearest is the lesson that was probably meant, "" when none is similar.
	Nearest string
}

// Error names the lesson, and the nearest one when there is one.
func (e *NotFoundError) Error() string {
	if e.Nearest == "" {
		return fmt.Sprintf("there is no lesson %q", e.ID)
	}
	return fmt.Sprintf("there is no lesson %q (did you mean %q?)", e.ID, e.Nearest)
}

// Open reads course.yaml and the front matter of each lesson that it lists, and
// fails when course.yaml cannot be read or has faults. A lesson whose front
// matter has faults is listed with what could be read; Lesson and Lint say what
// is wrong with it.
func Open(lessons, manifests fs.FS) (*Catalog, error) {
	src, err := fs.ReadFile(lessons, courseFile)
	if err != nil {
		return nil, fmt.Errorf("failed to read the courses: %w", err)
	}
	var file struct {
		Courses []courseEntry `yaml:"courses"`
	}
	f := &faults{file: courseFile}
	strict.Decode(src, 1, &file, f.add)
	c := &Catalog{lessons: lessons, manifests: manifests}
	seen := map[string]bool{}
	for _, entry := range file.Courses {
		c.courses = append(c.courses, c.course(entry, seen, f))
	}
	if len(file.Courses) == 0 && len(f.list) == 0 {
		f.add(1, "no courses found")
	}
	if err := f.err(); err != nil {
		return nil, fmt.Errorf("failed to read the courses: %w", err)
	}
	return c, nil
}

func lessonFile(id string, l lang.Lang) string { return id + "/" + string(l) + ".md" }

// Courses returns the courses in the order of course.yaml.
func (c *Catalog) Courses() []Course { return c.courses }

// IDs returns the ids of all lessons, in the order of course.yaml.
func (c *Catalog) IDs() []string {
	var all []string
	for _, course := range c.courses {
		for _, l := range course.Lessons {
			all = append(all, l.ID)
		}
	}
	return all
}

// known returns a *NotFoundError for a lesson that no course lists.
func (c *Catalog) known(id string) error {
	ids := c.IDs()
	if slices.Contains(ids, id) {
		return nil
	}
	return &NotFoundError{ID: id, Nearest: nearest.Name(id, ids)}
}

// Lesson reads a lesson in one language. Its error is a *NotFoundError for a
// lesson that there is not, else it joins the faults of the file.
func (c *Catalog) Lesson(id string, l lang.Lang) (*Lesson, error) {
	if err := c.known(id); err != nil {
		return nil, err
	}
	return Parse(c.lessons, lessonFile(id, l))
}

// Manifest returns a file of a lesson's manifests, also one that only an
// action's Source names.
func (c *Catalog) Manifest(lesson, file string) ([]byte, error) {
	if err := c.known(lesson); err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(c.manifests, lesson+"/"+file)
	if err != nil {
		return nil, fmt.Errorf("failed to read manifest %q of lesson %q: %w", file, lesson, err)
	}
	return data, nil
}

// Manifests returns the names of the files that a lesson's workspace begins
// with, sorted. Files in folders below, which hold what a manifest becomes
// later, are not among them.
func (c *Catalog) Manifests(lesson string) ([]string, error) {
	if err := c.known(lesson); err != nil {
		return nil, err
	}
	all, err := c.manifestTree(lesson)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(name string) bool { return strings.Contains(name, "/") }), nil
}

// manifestTree returns all YAML files of a lesson's manifests, sorted. A lesson
// without a folder of manifests has none.
func (c *Catalog) manifestTree(lesson string) ([]string, error) {
	if _, err := fs.Stat(c.manifests, lesson); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []string
	err := fs.WalkDir(c.manifests, lesson, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".yaml" {
			all = append(all, strings.TrimPrefix(name, lesson+"/"))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("failed to list the manifests of lesson %q: %w", lesson, err)
	}
	return all, nil
}
