package steps

import (
	"reflect"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// lintTranslation checks that a lesson differs from its first language in words
// alone: titles, prose, hints, outputs and the names of checks may differ, what
// is done and looked at may not.
func lintTranslation(first, other *Lesson) []Problem {
	t := &translation{faults: &faults{file: other.File}, first: first}
	t.same(1, "level", first.Level, other.Level)
	t.same(1, "minutes", first.Minutes, other.Minutes)
	t.same(1, "mode", first.Mode, other.Mode)
	t.same(1, "requires", first.Requires, other.Requires)
	t.same(1, "variables", first.Variables, other.Variables)
	t.same(1, "article's date", first.Mirrors.Date, other.Mirrors.Date)
	for i, s := range other.Steps {
		if i >= len(first.Steps) || first.Steps[i].ID != s.ID {
			t.faults.add(s.Line, "step %q isn't here in %s; its steps are %s", s.ID, first.File, stepIDs(first))
			return problems(other.File, t.faults.err())
		}
		t.step(first.Steps[i], s)
	}
	if len(other.Steps) < len(first.Steps) {
		t.faults.add(1, "step %q of %s is missing", first.Steps[len(other.Steps)].ID, first.File)
	}
	return problems(other.File, t.faults.err())
}

func stepIDs(l *Lesson) []string {
	var ids []string
	for _, s := range l.Steps {
		ids = append(ids, s.ID)
	}
	return ids
}

// translation compares one lesson with its first language.
type translation struct {
	faults *faults
	first  *Lesson
}

func (t *translation) same(line int, what string, first, other any) {
	if !reflect.DeepEqual(first, other) {
		t.faults.add(line, "%s: %v in %s, %v here", what, first, t.first.File, other)
	}
}

func (t *translation) step(first, other Step) {
	t.same(other.Line, "order of actions, checks and questions of step "+other.ID, kindsOf(first), kindsOf(other))
	was, is := first.Actions(), other.Actions()
	for i := range min(len(was), len(is)) {
		t.action(was[i], is[i])
	}
	checksWas, checksAre := first.Checks(), other.Checks()
	for i := range min(len(checksWas), len(checksAre)) {
		t.check(checksWas[i], checksAre[i])
	}
	asked, asks := first.Questions(), other.Questions()
	for i := range min(len(asked), len(asks)) {
		t.same(asks[i].Line, "question's id, kind, choices and answer", wants(asked[i]), wants(asks[i]))
	}
}

// kindsOf returns what a step has besides prose, in order.
func kindsOf(s Step) []string {
	var all []string
	for _, b := range s.Blocks {
		if b.Action != nil {
			all = append(all, string(b.Action.Kind))
		}
		for range b.Checks {
			all = append(all, "check")
		}
		for range b.Quiz {
			all = append(all, "question")
		}
	}
	return all
}

// action compares two actions part by part, so that a fault says which part.
func (t *translation) action(first, other Action) {
	t.same(other.Line, "command", first.Command, other.Command)
	t.same(other.Line, "source of the manifest", first.Source, other.Source)
	t.same(other.Line, "setup", first.Setup, other.Setup)
	if first.Body != other.Body {
		t.faults.add(other.Line, "the fence of %q doesn't show the same as in %s", other.Command, t.first.File)
	}
	if !reflect.DeepEqual(first.Edit, other.Edit) {
		t.faults.add(other.Line, "the edit of %q isn't the same as in %s", other.Command, t.first.File)
	}
}

// check compares two checks part by part, so that a fault says which part.
func (t *translation) check(first, other checks.Check) {
	line := other.At.Line
	t.same(line, "check's id", first.ID, other.ID)
	t.same(line, "points of check "+other.ID, first.Points, other.Points)
	t.same(line, "cel of check "+other.ID, first.CEL, other.CEL)
	if !reflect.DeepEqual(first.Match, other.Match) {
		t.faults.add(line, "the match of check %q isn't the same as in %s", other.ID, t.first.File)
	}
	if !reflect.DeepEqual(first.Probe(), other.Probe()) || !slices.Equal(first.Mask, other.Mask) {
		t.faults.add(line, "the probe of check %q isn't the same as in %s", other.ID, t.first.File)
	}
}

// wants returns what a question is answered by, without its words.
func wants(q Question) []any {
	return []any{q.ID, q.Kind, len(q.Choices), q.Answer.Choices, q.Answer.Number, q.Answer.Command}
}
