package steps

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// goalMarker opens the block quote that holds a step's goal.
const goalMarker = "[!IMPORTANT]"

// quote takes a block quote with the goal's marker as the step's goal.
func (r *reader) quote(n *ast.Blockquote) {
	end := r.blockEnd(n)
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(string(r.src[n.Pos():end]))) {
		line = strings.TrimPrefix(strings.TrimSpace(line), ">")
		lines = append(lines, strings.TrimSpace(line))
	}
	if lines[0] != goalMarker {
		return
	}
	line := r.line(n.Pos())
	r.prose(n.Pos())
	r.mark = end
	goal := strings.TrimSpace(strings.Join(lines[1:], "\n"))
	switch {
	case r.step == nil || r.hint != nil || r.step.Goal != "" || len(r.step.Blocks) > 0:
		r.faults.add(line, "a step has one goal, right under its heading")
	case goal == "":
		r.faults.add(line, "the goal is empty")
	default:
		r.step.Goal = goal
	}
}

// openHint is a hint whose end was not seen yet.
type openHint struct {
	title string
	// begin is the offset of its body.
	begin, line int
}

// hintOpening is the line that begins a hint.
var hintOpening = regexp.MustCompile(`^<details>\s*<summary>\s*(?:Hint\s*:|提示\s*[:：])\s*(.+?)\s*</summary>$`)

// html takes the two lines around a hint.
func (r *reader) html(n *ast.HTMLBlock) {
	source := strings.TrimSpace(string(r.src[n.Pos():r.blockEnd(n)]))
	line := r.line(n.Pos())
	switch {
	case strings.HasPrefix(source, "<details"):
		r.openHint(n, source, line)
	case strings.HasPrefix(source, "</details>") && r.hint == nil:
		r.faults.add(line, "</details> doesn't close a hint")
	case source == "</details>":
		body := strings.TrimSpace(string(r.src[r.hint.begin:n.Pos()]))
		if body == "" {
			r.faults.add(r.hint.line, "hint %q is empty", r.hint.title)
		}
		r.step.Hints = append(r.step.Hints, Hint{Title: r.hint.title, Body: body})
		r.hint = nil
		r.mark = r.blockEnd(n)
	case strings.Contains(source, "</details>"):
		r.faults.add(line, "put </details> on its own line, between empty lines")
		r.hint, r.mark = nil, r.blockEnd(n)
	}
}

func (r *reader) openHint(n *ast.HTMLBlock, source string, line int) {
	m := hintOpening.FindStringSubmatch(source)
	switch {
	case m == nil:
		r.faults.add(line, "start a hint with the line <details><summary>Hint: …</summary>, between empty lines")
	case r.step == nil:
		r.faults.add(line, "hint %q comes before the first step", m[1])
	case r.hint != nil:
		r.faults.add(line, "hint %q starts before hint %q is closed", m[1], r.hint.title)
	default:
		r.prose(n.Pos())
		r.hint = &openHint{title: m[1], begin: r.blockEnd(n), line: line}
	}
}
