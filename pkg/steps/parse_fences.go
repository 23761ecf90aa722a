package steps

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// fence takes a machine-read fence; any other stays prose.
func (r *reader) fence(n *ast.FencedCodeBlock) {
	line := r.line(n.Pos())
	end, closed := r.fenceEnd(n)
	if !closed {
		r.faults.add(line, "the fence isn't closed")
	}
	f, err := readFence(n, r.src)
	if err != nil {
		r.faults.add(line, "%v", err)
		return
	}
	if f.kind == fenceProse {
		return
	}
	if r.step == nil || r.hint != nil {
		r.faults.add(line, "a fence with %q must be in a step, outside its hints", f.kind)
		return
	}
	r.prose(n.Pos())
	r.mark = end
	r.machine(f, n.Lines().Value(r.src), line)
}

func readFence(n *ast.FencedCodeBlock, src []byte) (fence, error) {
	if n.Info == nil {
		return fence{}, nil
	}
	return parseFence(string(n.Info.Segment.Value(src)))
}

// fenceEnd returns the offset behind a fence's closing line.
func (r *reader) fenceEnd(n *ast.FencedCodeBlock) (end int, closed bool) {
	last := r.lineEnd(n.Pos())
	if lines := n.Lines(); lines.Len() > 0 {
		last = lines.At(lines.Len() - 1).Stop
	}
	end = r.lineEnd(last)
	closing := strings.TrimSpace(string(r.src[last:end]))
	return end, strings.HasPrefix(closing, "```") || strings.HasPrefix(closing, "~~~")
}

// machine adds what a fence says to the step. The fence's first line of body
// follows line.
func (r *reader) machine(f fence, body []byte, line int) {
	switch f.kind {
	case fenceApply, fenceRun:
		a, err := newAction(f, string(body), line)
		if err != nil {
			r.faults.add(line, "%v", err)
			return
		}
		r.step.Blocks = append(r.step.Blocks, Block{Action: a})
	case fenceOutput:
		r.output(string(body), line)
	case fenceCheck:
		r.checks(body, line)
	case fenceQuiz:
		if quiz := parseQuiz(body, line+1, r.faults); len(quiz) > 0 {
			r.step.Blocks = append(r.step.Blocks, Block{Quiz: quiz})
		}
	case fenceProse:
	}
}

// output gives the action right before it what it is expected to print.
func (r *reader) output(want string, line int) {
	last := len(r.step.Blocks) - 1
	if last < 0 || r.step.Blocks[last].Action == nil || r.step.Blocks[last].Action.Output != "" {
		r.faults.add(line, "output must come right after the action that prints it")
		return
	}
	want = strings.TrimRight(want, "\n")
	if strings.TrimSpace(want) == "" {
		r.faults.add(line, "the fence is empty; remove it if nothing is printed")
		return
	}
	r.step.Blocks[last].Action.Output = want
}

func (r *reader) checks(body []byte, line int) {
	list, err := checks.Parse(body, checks.Position{File: r.lesson.File, Line: line + 1})
	for _, p := range problems(r.lesson.File, err) {
		r.faults.list = append(r.faults.list, faultError{p})
	}
	if err != nil {
		return
	}
	r.step.Blocks = append(r.step.Blocks, Block{Checks: list})
}

// nestedFences reports machine-read fences in lists and quotes, where nobody
// would find them.
func (r *reader) nestedFences(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() != ast.TypeBlock {
			continue
		}
		if fenced, ok := c.(*ast.FencedCodeBlock); ok {
			if f, err := readFence(fenced, r.src); err != nil || f.kind != fenceProse {
				r.faults.add(r.line(c.Pos()), "only a fence that is prose can be in a list or a quote")
			}
		}
		r.nestedFences(c)
	}
}

// checkUnique reports ids that two things of a lesson share.
func checkUnique(l *Lesson, f *faults) {
	seen := map[string]int{}
	once := func(what, id string, line int) {
		if first, twice := seen[what+id]; twice && id != "" {
			f.add(line, "the %s ID %q is already used on line %d", what, id, first)
			return
		}
		seen[what+id] = line
	}
	for _, s := range l.Steps {
		once("step", s.ID, s.Line)
		for _, c := range s.Checks() {
			once("check", c.ID, c.At.Line)
		}
		for _, q := range s.Questions() {
			once("question", q.ID, q.Line)
		}
	}
}
