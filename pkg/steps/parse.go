package steps

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Parse reads a lesson file such as "orchestrate/en.md". Its error joins all
// faults of the file, each "file:line: what is wrong".
func Parse(fsys fs.FS, name string) (*Lesson, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("failed to read lesson: %w", err)
	}
	f := &faults{file: name}
	l, body := readFront(name, bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), f)
	r := &reader{src: body, lesson: l, faults: f}
	r.document(goldmark.DefaultParser().Parse(text.NewReader(body)))
	checkUnique(l, f)
	if err := f.err(); err != nil {
		return nil, err
	}
	return l, nil
}

// reader walks the top-level blocks of a lesson's Markdown. What is no heading,
// goal, hint or machine-read fence stays as it is: prose, from mark on.
type reader struct {
	src    []byte
	lesson *Lesson
	faults *faults
	// step is nil before the first heading.
	step *Step
	mark int
	hint *openHint
}

func (r *reader) document(doc ast.Node) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		r.block(n)
	}
	r.closeStep(len(r.src))
	if len(r.lesson.Steps) == 0 {
		r.faults.add(1, "the lesson has no steps; a step starts with a heading of two #")
	}
}

func (r *reader) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		if n.Level == 2 {
			r.heading(n)
		}
	case *ast.Blockquote:
		r.quote(n)
	case *ast.HTMLBlock:
		r.html(n)
	case *ast.FencedCodeBlock:
		r.fence(n)
	}
	if n.Kind() != ast.KindFencedCodeBlock {
		r.nestedFences(n)
	}
}

// headingID is the anchor at the end of a step's heading.
var headingID = regexp.MustCompile(`\s*<a id="([^"]*)"></a>\s*$`)

// idPattern is what the ids of steps and questions look like.
var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func isID(id string) bool { return idPattern.MatchString(id) }

func (r *reader) heading(n *ast.Heading) {
	r.closeStep(n.Pos())
	title, id := "", ""
	if n.Lines().Len() > 0 {
		title = string(n.Lines().Value(r.src))
	}
	if m := headingID.FindStringSubmatchIndex(title); m != nil {
		title, id = title[:m[0]], title[m[2]:m[3]]
	}
	if !isID(id) {
		r.faults.add(r.line(n.Pos()), `step %q needs an ID of lowercase letters, digits and hyphens; end its heading with <a id="…"></a>`, title)
	}
	r.step = &Step{ID: id, Title: strings.TrimSpace(title), Line: r.line(n.Pos())}
	r.mark = r.lineEnd(n.Pos())
}

// closeStep keeps the step that ends at an offset.
func (r *reader) closeStep(end int) {
	if r.hint != nil {
		r.faults.add(r.hint.line, "hint %q isn't closed; end it with a line </details>", r.hint.title)
		r.hint = nil
	}
	r.prose(end)
	if r.step != nil {
		r.lesson.Steps = append(r.lesson.Steps, *r.step)
	}
}

// prose keeps the Markdown from the mark to an offset.
func (r *reader) prose(end int) {
	prose := ""
	if r.mark < end {
		prose = strings.TrimSpace(string(r.src[r.mark:end]))
	}
	r.mark = end
	switch {
	case prose == "":
	case r.step == nil:
		r.lesson.Intro = prose
	default:
		r.step.Blocks = append(r.step.Blocks, Block{Prose: prose})
	}
}

// line returns the 1-based line of an offset.
func (r *reader) line(offset int) int { return bytes.Count(r.src[:offset], []byte("\n")) + 1 }

// lineEnd returns the offset after the end of the line that contains an offset.
func (r *reader) lineEnd(offset int) int {
	if i := bytes.IndexByte(r.src[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(r.src)
}

// blockEnd returns where the block after n begins, or the end of the file.
func (r *reader) blockEnd(n ast.Node) int {
	if next := n.NextSibling(); next != nil {
		return next.Pos()
	}
	return len(r.src)
}
