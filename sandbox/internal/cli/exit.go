package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/daemon"
)

// Exit codes.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitNotSo       = 3
	exitInterrupted = 130
)

func usagef(en, zh string, args ...any) error { return usage.Errorf(en, zh, args...) }

// codeError ends a command that has already printed everything.
type codeError int

// Error returns a text that is never printed.
func (e codeError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// report prints a command's error and returns the exit code.
func report(ctx context.Context, w io.Writer, l lang.Lang, err error) int {
	var wrong *usage.Error
	var code codeError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		say(w, l, lang.Errorf("interrupted", "已中断"))
		return exitInterrupted
	case errors.As(err, &wrong):
		say(w, l, err)
		return exitUsage
	}
	say(w, l, err)
	return exitError
}

// say prints an error and its hints.
func say(w io.Writer, l lang.Lang, err error) {
	tell(w, l, usage.ErrorLabel(), daemon.Words(err))
	var hints []lang.Message
	if hinted, ok := errors.AsType[*daemon.HintError](err); ok {
		hints = hinted.Hints
	} else if wrong, ok := errors.AsType[*usage.Error](err); ok {
		hints = wrong.Hints
	}
	for _, hint := range hints {
		tell(w, l, usage.HintLabel(), hint)
	}
}

// tell prints a message after its label.
func tell(w io.Writer, l lang.Lang, label, m lang.Message) {
	fmt.Fprintf(w, "%s%s\n", label.In(l), visible.Text(m.In(l)))
}
