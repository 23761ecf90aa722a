package guide

import (
	"context"
	"errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps/play"
)

// ErrLeft says that the learner asked to leave.
var ErrLeft = errors.New("left the lesson")

// Nobody takes the learner's place in an unattended lesson: it does every action and
// answers every question correctly.
type Nobody struct{ Screen *Screen }

// Choose does the action.
func (Nobody) Choose(context.Context, steps.Action) (play.Reply, error) { return play.Reply{}, nil }

// Stuck checks again.
func (Nobody) Stuck(context.Context) (play.Reply, error) { return play.Reply{}, nil }

// Answer gives the right answer and shows it.
func (n Nobody) Answer(_ context.Context, q steps.Question) (string, error) {
	n.Screen.Note(lang.Messagef("The answer is %s.", "答案是 %s。", lang.Same(q.Solution())))
	return q.Solution(), nil
}

// Continue goes on.
func (Nobody) Continue(context.Context) error { return nil }

// Call waits for ctx: nobody presses a key.
func (Nobody) Call(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
