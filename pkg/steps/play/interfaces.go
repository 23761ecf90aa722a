package play

import (
	"context"
	"io"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/steps"
)

// Shell runs commands.
type Shell interface {
	// Run returns the command's exit status; an error means it could not be run. out
	// and errOut may be the same.
	Run(ctx context.Context, command string, out, errOut io.Writer, env ...string) (int, error)
}

// Watcher looks at the cluster.
type Watcher interface {
	Look(ctx context.Context, cs []checks.Check) ([]checks.Result, error)
	// Watch reports until ctx is done.
	Watch(ctx context.Context, cs []checks.Check, report func([]checks.Result)) error
}

// Recorder records how far the learner is.
type Recorder interface {
	// Behind returns how many of a step's blocks are behind the learner, and
	// whether the step is finished.
	Behind(step string) (blocks int, done bool)
	Advance(step string, blocks int) error
	// Begin records that the command of a step's block is about to run, the first
	// being 1; 0 says that none is. Advance ends it too.
	Begin(step string, block int) error
	// Begun reports whether that command was running when the program ended.
	Begun(step string, block int) bool
	// Answered records the learner's last answer to a question, and whether it was
	// right.
	Answered(step, question, answer string, right bool) error
	// Attempt counts a time that checks had settled and didn't pass.
	Attempt(step string) error
	Finish(step string) error
	// Recovered records that what was lost has been re-created.
	Recovered() error
}

// Screen shows.
type Screen interface {
	Open(number, total int, s steps.Step)
	Prose(markdown string)
	// Action shows what is about to be done; done says that it already was.
	Action(a steps.Action, done bool)
	// Needless shows an action that the learner made needless in another way.
	Needless(a steps.Action)
	// Output is where a command prints.
	Output() io.Writer
	// Ran is called when a command has ended.
	Ran()
	// Live shows checks that are being waited for; it is called on each change.
	Live(results []checks.Result)
	// Still ends what Live shows; nothing is written afterwards. It may be called
	// without Live.
	Still()
	// Results shows the state of checks when there is no more waiting; one without a
	// verdict is still to be worked on.
	Results(results []checks.Result)
	Question(q steps.Question)
	Note(m lang.Message)
	Hint(h steps.Hint)
}
