package play

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Learner decides.
type Learner interface {
	// Choose is asked before an action.
	Choose(ctx context.Context, a steps.Action) (Reply, error)
	// Stuck is asked when checks don't pass and waiting doesn't help.
	Stuck(ctx context.Context) (Reply, error)
	Answer(ctx context.Context, q steps.Question) (string, error)
	// Continue is asked between two steps.
	Continue(ctx context.Context) error
	// Call returns nil when the learner wants to be asked while checks are
	// being waited for, and an error when ctx is done or the learner leaves.
	Call(ctx context.Context) error
}

// Reply is what a learner wants to do.
type Reply struct {
	Kind ReplyKind
	// Command is the learner's own, for ReplyCommand.
	Command string
}

// ReplyKind says what a Reply is.
type ReplyKind int

// What a learner may want.
const (
	// ReplyGo does the action at hand, or looks at the checks again.
	ReplyGo ReplyKind = iota
	// ReplyCommand runs a command of the learner's own.
	ReplyCommand
	// ReplyHint shows the next hint.
	ReplyHint
	// ReplySkip goes on without the action: the learner did it in another way.
	ReplySkip
	// ReplyShow shows the step's actions.
	ReplyShow
	// ReplyRedo restores what earlier steps had applied, and does the step's
	// actions again, all with the lesson's own files.
	ReplyRedo
)
