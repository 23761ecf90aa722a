package steps

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Course is a row of lessons that build on each other.
type Course struct {
	ID      string
	Title   lang.Message
	Summary lang.Message
	Lessons []Summary
}

// Summary is what a list shows of a lesson.
type Summary struct {
	ID      string
	Title   lang.Message
	Summary lang.Message
	Level   string
	Minutes int
}

// courseEntry is a course as it is written in course.yaml.
type courseEntry struct {
	ID      string       `yaml:"id"`
	Title   lang.Message `yaml:"title"`
	Summary lang.Message `yaml:"summary"`
	Lessons []string     `yaml:"lessons"`
}

func (c *Catalog) course(e courseEntry, seen map[string]bool, f *faults) Course {
	if !isID(e.ID) || e.Title.EN == "" || e.Title.ZH == "" || e.Summary.EN == "" || e.Summary.ZH == "" {
		f.add(1, "course %q needs an ID, and a title and summary in en and zh", e.ID)
	}
	course := Course{ID: e.ID, Title: e.Title, Summary: e.Summary}
	for _, id := range e.Lessons {
		if !isID(id) || seen[id] {
			f.add(1, "lesson %q is listed twice, or its ID isn't lowercase letters, digits and hyphens", id)
			continue
		}
		seen[id] = true
		course.Lessons = append(course.Lessons, c.summary(id))
	}
	return course
}

// summary reads the front matter of a lesson in every language. A language that
// cannot be read shows the lesson's id.
func (c *Catalog) summary(id string) Summary {
	s := Summary{ID: id, Title: lang.Same(id), Summary: lang.Same("")}
	for _, l := range lang.All() {
		name := lessonFile(id, l)
		src, err := fs.ReadFile(c.lessons, name)
		if err != nil {
			c.found = append(c.found, Problem{File: name, Message: fmt.Sprintf("failed to read lesson: %v", err)})
			continue
		}
		f := &faults{file: name}
		read, _ := readFront(name, bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), f)
		if len(f.list) > 0 {
			continue
		}
		if l == lang.English {
			s.Title.EN, s.Summary.EN = read.Title, read.Summary
		} else {
			s.Title.ZH, s.Summary.ZH = read.Title, read.Summary
		}
		s.Level, s.Minutes = read.Level, read.Minutes
	}
	return s
}
