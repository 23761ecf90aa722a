package cli

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// confirm asks a question that yes or no answers, no first. A no ends the
// command; so does alone, an error, when there is nobody to ask.
func (a *app) confirm(ctx context.Context, question, alone, yes lang.Message) error {
	if !a.interactive() {
		return &advice{
			what:  alone,
			hints: []lang.Message{lang.Messagef("--yes confirms it", "用 --yes 确认")},
			code:  exitUsage,
		}
	}
	options := []string{a.say(lang.Messagef("no", "不")), a.say(yes)}
	chosen, err := prompt.Pick(ctx, a.Stdin, a.Stdout, a.lang(), a.say(question), options, 0)
	if err == nil && chosen == 0 {
		err = prompt.ErrInterrupted
	}
	return err
}
