// Package prompt asks the learner. Choices are survey's Select, which needs
// nothing of the terminal but keys; a line of the learner's own goes through a
// line editor that leaves the terminal to a command as soon as it has the line.
package prompt

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// ErrInterrupted says that the learner pressed Ctrl-C or Ctrl-D.
var ErrInterrupted = errors.New("interrupted")

// Pick lets the learner choose one of the options, first to begin with, and
// returns its place.
func Pick(in *os.File, out *os.File, l lang.Lang, message string, options []string, first int) (int, error) {
	chosen := 0
	// The library has its own words in one template for all questions.
	keys := lang.Messagef("Use arrows to move, type to filter", "用方向键移动，输入文字可筛选")
	survey.SelectQuestionTemplate = strings.ReplaceAll(survey.SelectQuestionTemplate, keys.EN, keys.In(l))
	question := &survey.Select{Message: message, Options: options, Default: first, PageSize: 15}
	err := survey.AskOne(question, &chosen, survey.WithStdio(in, out, io.Discard))
	if errors.Is(err, terminal.InterruptErr) || errors.Is(err, io.EOF) {
		return 0, ErrInterrupted
	}
	return chosen, err
}
