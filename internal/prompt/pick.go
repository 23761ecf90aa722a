// Package prompt asks the learner. Choices use survey's Select, which needs only keys
// from the terminal. Lines use a line editor that releases the terminal as soon as it
// has the line, so that a command can use it.
//
// The rule of this package: callers pass a context that ends with Ctrl-C, because until
// the terminal is in raw mode Ctrl-C is a signal, not a key.
package prompt

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
	"github.com/muesli/cancelreader"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// ErrInterrupted says that the learner pressed Ctrl-C or Ctrl-D.
var ErrInterrupted = errors.New("interrupted")

// Pick lets the learner choose one of the options, starting at first, and returns its
// index. It fails with ErrInterrupted on Ctrl-C, and when ctx is done.
func Pick(ctx context.Context, in *os.File, out *os.File, l lang.Lang, message string, options []string, first int) (int, error) {
	keys, err := cancelreader.NewReader(in)
	if err != nil {
		return 0, err
	}
	defer keys.Close()
	stop := context.AfterFunc(ctx, func() { keys.Cancel() })
	defer stop()
	chosen := 0
	// The library has its own text in one template for all questions.
	help := lang.Messagef("Use arrows to move, type to filter", "用方向键移动，输入文字可筛选")
	survey.SelectQuestionTemplate = strings.ReplaceAll(survey.SelectQuestionTemplate, help.EN, help.In(l))
	question := &survey.Select{Message: message, Options: options, Default: first, PageSize: 15}
	err = survey.AskOne(question, &chosen, survey.WithStdio(keyboard{keys, in}, out, io.Discard))
	if errors.Is(err, terminal.InterruptErr) || errors.Is(err, io.EOF) || errors.Is(err, cancelreader.ErrCanceled) {
		return 0, ErrInterrupted
	}
	return chosen, err
}

// keyboard reads keys until it is told to stop, from a terminal whose mode can be
// set.
type keyboard struct {
	io.Reader
	terminal *os.File
}

// Fd is the terminal's file descriptor.
func (k keyboard) Fd() uintptr { return k.terminal.Fd() }
