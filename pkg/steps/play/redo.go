package play

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// redo puts the learner where the lesson alone would have brought them: what
// earlier steps had applied, and then the actions of this one as far as the
// block that here names, that one included.
func (p *Player) redo(ctx context.Context, s steps.Step, here func(steps.Block) bool) error {
	before, err := p.restore(ctx, s)
	if err != nil {
		return err
	}
	end := slices.IndexFunc(s.Blocks, here)
	so := steps.Step{Blocks: s.Blocks[:end+1]}
	for _, a := range append(before, so.Actions()...) {
		if err := p.again(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// restore makes sure of the lesson's namespace and returns what is to be done
// again of the steps before s. In a new namespace that is everything, commands
// too, and it is done here.
func (p *Player) restore(ctx context.Context, s steps.Step) ([]steps.Action, error) {
	lost := false
	if p.Restore != nil {
		var err error
		if lost, err = p.Restore(ctx); err != nil {
			return nil, err
		}
	}
	if !lost {
		return p.appliedBefore(s), nil
	}
	p.Screen.Note(lang.Messagef("Doing the earlier steps again.", "正在把前面的步骤重新做一遍。"))
	for _, before := range p.Lesson.Steps {
		if before.ID == s.ID {
			break
		}
		for _, a := range before.Actions() {
			if err := p.repeat(ctx, a); err != nil {
				return nil, err
			}
		}
	}
	return nil, p.Record.Recovered()
}

// repeat does an action of a step that is finished. What it prints was read
// before, and what fails shows in the checks of the step at hand.
func (p *Player) repeat(ctx context.Context, a steps.Action) error {
	p.Screen.Action(a, true)
	quiet := *p
	quiet.Screen, quiet.Differs = silent{p.Screen}, nil
	_, err := quiet.attempt(ctx, a, runOptions{afresh: true})
	return err
}

// silent is a screen that shows nothing of what a command prints.
type silent struct{ Screen }

// Output drops what is written to it.
func (silent) Output() io.Writer { return io.Discard }

// again does an action with the lesson's own file. What the API server refuses to
// change of an object, kubectl deletes and creates again; any other failure is shown
// and left.
func (p *Player) again(ctx context.Context, a steps.Action) error {
	p.Screen.Action(a, false)
	o, err := p.attempt(ctx, a, runOptions{afresh: true})
	fixed := unchangeable(o.said)
	if err != nil || o.status == 0 || o.status == interruptedStatus || a.Kind != steps.Apply || len(fixed) == 0 {
		return err
	}
	p.Screen.Note(lang.Messagef(
		"Some fields can't be changed on an existing object. Deleted and re-created: %s.",
		"已有对象的这些部分不能修改。已删除并重新创建：%s。", strings.Join(fixed, ", ")))
	a.Kind, a.Command = steps.Run, a.Command+" --force"
	p.Screen.Action(a, false)
	_, err = p.attempt(ctx, a, runOptions{})
	return err
}

// What the API server says of a change that it never allows, as its validation does.
var (
	invalid = regexp.MustCompile(`\b([A-Z][A-Za-z]*)(?:\.[a-z0-9.-]+)? "([^"]+)" is invalid: `)
	fixed   = regexp.MustCompile(`immutable|may not change|may not be changed|may not add or remove|updates to .+ (?:are )?forbidden|cannot change roleRef`)
)

// unchangeable returns the objects that an apply could not change because the API
// server never lets them be changed so.
func unchangeable(said string) []string {
	var objects []string
	places := invalid.FindAllStringSubmatchIndex(said, -1)
	for i, at := range places {
		end := len(said)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		// What follows is the next object's, and holds texts of its own.
		reason, _, _ := strings.Cut(said[at[1]:end], "\nError from server")
		object := said[at[2]:at[3]] + " " + said[at[4]:at[5]]
		if fixed.MatchString(reason) && !slices.Contains(objects, object) {
			objects = append(objects, object)
		}
	}
	return objects
}

// appliedBefore returns what the steps before s applied: for each file its last
// version, in the order in which the files first came.
func (p *Player) appliedBefore(s steps.Step) []steps.Action {
	var applied []steps.Action
	for _, before := range p.Lesson.Steps {
		if before.ID == s.ID {
			break
		}
		for _, a := range before.Actions() {
			if a.Kind != steps.Apply {
				continue
			}
			same := func(other steps.Action) bool { return other.Manifest == a.Manifest }
			if i := slices.IndexFunc(applied, same); i >= 0 {
				applied[i] = a
				continue
			}
			applied = append(applied, a)
		}
	}
	return applied
}
