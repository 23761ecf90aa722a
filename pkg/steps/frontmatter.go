package steps

import (
	"bytes"
	"cmp"
	"path"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
	"github.com/kubectl-learn/kubectl-learn/pkg/strict"
)

// frontMatter is the YAML at the top of a lesson file.
type frontMatter struct {
	ID        string            `yaml:"id"`
	Title     string            `yaml:"title"`
	Summary   string            `yaml:"summary"`
	Level     string            `yaml:"level"`
	Mode      Mode              `yaml:"mode"`
	Minutes   int               `yaml:"minutes"`
	Requires  Requires          `yaml:"requires"`
	Mirrors   Mirrors           `yaml:"mirrors"`
	Variables map[string]string `yaml:"variables"`
}

// levels are how hard a lesson can be.
func levels() []string { return []string{"beginner", "intermediate", "advanced"} }

// splitFront returns the front matter, which begins on line 2, and the file
// with the front matter blanked out, so that offsets and lines stay.
func splitFront(src []byte) (front, body []byte, ok bool) {
	if !bytes.HasPrefix(src, []byte("---\n")) {
		return nil, src, false
	}
	end := bytes.Index(src[3:], []byte("\n---\n"))
	if end < 0 {
		return nil, src, false
	}
	end += 3
	body = bytes.Clone(src)
	for i := range body[:end+len("\n---")] {
		if body[i] != '\n' {
			body[i] = ' '
		}
	}
	return src[min(len("---\n"), end):end], body, true
}

// readFront makes the lesson that a file's front matter describes, without
// steps, and returns the rest of the file.
func readFront(name string, src []byte, f *faults) (*Lesson, []byte) {
	var fm frontMatter
	front, body, ok := splitFront(src)
	if ok {
		strict.Decode(front, 2, &fm, f.add)
	} else {
		f.add(1, "the file needs front matter: YAML between two lines of ---")
	}
	l := &Lesson{
		ID: fm.ID, Title: fm.Title, Summary: fm.Summary, Level: fm.Level, Mode: cmp.Or(fm.Mode, Guided), Minutes: fm.Minutes,
		Requires: fm.Requires, Mirrors: fm.Mirrors, Variables: fm.Variables, File: name,
	}
	if ok && len(f.list) == 0 {
		checkFront(l, f)
	}
	base := path.Base(name)
	spoken, known := lang.Parse(base[:len(base)-len(path.Ext(base))])
	if !known {
		f.add(1, "name the file after its language, as in en.md, not %q", base)
	}
	l.Lang = spoken
	return l, body
}

func checkFront(l *Lesson, f *faults) {
	if l.Title == "" || l.Summary == "" {
		f.add(1, "the front matter needs a title and a summary")
	}
	if folder := path.Base(path.Dir(l.File)); l.ID != folder {
		f.add(1, "the lesson's ID is %q, but its folder is %q", l.ID, folder)
	}
	if !slices.Contains(levels(), l.Level) {
		f.add(1, "unknown level %q%s", l.Level, nearest.Hint(l.Level, levels()))
	}
	if !slices.Contains(Modes(), l.Mode) {
		f.add(1, "unknown mode %q%s", l.Mode, nearest.Hint(string(l.Mode), []string{string(Guided), string(Challenge)}))
	}
	checkRequires(l.Requires, f)
	checkVariables(l, f)
	if l.Minutes <= 0 {
		f.add(1, "the front matter doesn't say how many minutes the lesson takes")
	}
}
