package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

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

// usageError is a mistake in the command line.
type usageError struct{ error }

// Unwrap returns what is wrong with it.
func (e usageError) Unwrap() error { return e.error }

func usagef(en, zh string, args ...any) error {
	return usageError{&daemon.HintError{What: lang.Messagef(en, zh, args...)}}
}

// codeError ends a command that has said all itself.
type codeError int

// Error returns words that are never printed.
func (e codeError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// usageArgs makes a check of arguments give usage errors.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// report turns a command's end into words and the exit code.
func report(ctx context.Context, w io.Writer, l lang.Lang, err error) int {
	var usage usageError
	var code codeError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintf(w, "error: %s\n", lang.Messagef("interrupted", "已中断").In(l))
		return exitInterrupted
	case errors.As(err, &usage):
		say(w, l, err)
		fmt.Fprintf(w, "hint: %s --help\n", daemon.Program)
		return exitUsage
	}
	say(w, l, err)
	return exitError
}

func say(w io.Writer, l lang.Lang, err error) {
	fmt.Fprintf(w, "error: %s\n", daemon.Words(err).In(l))
	if hinted, ok := errors.AsType[*daemon.HintError](err); ok {
		for _, hint := range hinted.Hints {
			fmt.Fprintf(w, "hint: %s\n", hint.In(l))
		}
	}
}
