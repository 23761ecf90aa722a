package cli

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/internal/advice"
	"github.com/kubectl-learn/kubectl-learn/internal/program"
	"github.com/kubectl-learn/kubectl-learn/internal/prompt"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// confirm asks a yes-or-no question, with no as the default. A no ends the command.
// Without a terminal to ask on, the command fails with the message alone.
func confirm(ctx context.Context, p *program.Program, question, alone, yes lang.Message) error {
	if !p.Interactive() {
		return &advice.Error{
			What:  alone,
			Hints: []lang.Message{lang.Messagef("there is no terminal to ask on; confirm with --yes", "这里没有终端可以询问；用 --yes 确认")},
			Code:  advice.Usage,
		}
	}
	options := []string{p.Say(lang.Messagef("no", "不")), p.Say(yes)}
	in, out, _ := p.Terminal()
	chosen, err := prompt.Pick(ctx, in, out, p.Lang(), p.Say(question), options, 0)
	if err == nil && chosen == 0 {
		err = prompt.ErrInterrupted
	}
	return err
}
