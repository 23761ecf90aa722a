// Package advice turns errors into words, with something to do about each, and into
// exit codes. The rooms below it return typed errors that state facts; what a learner
// reads of them is here, one file for each of those rooms.
package advice

import (
	"errors"
	"fmt"
	"io"

	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/internal/render"
	"github.com/kubectl-learn/kubectl-learn/internal/usage"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Error is an error in the learner's words with something to do about it.
type Error struct {
	What  lang.Message
	Hints []lang.Message
	// Code is the exit code; 0 is Failed.
	Code int
}

// Error returns what is wrong, in English.
func (e *Error) Error() string { return e.What.EN }

// Words returns what is wrong, without the hints.
func (e *Error) Words() lang.Message { return e.What }

// Print writes the advice as both programs do: "error: …", then "hint: …" lines.
func (e *Error) Print(w io.Writer, style render.Style, l lang.Lang) {
	say := func(m lang.Message) string { return visible.Text(m.In(l)) }
	fmt.Fprint(w, style.Error(say(usage.ErrorLabel())), say(e.What), "\n")
	for _, hint := range e.Hints {
		fmt.Fprint(w, style.Bold(say(usage.HintLabel())), say(hint), "\n")
	}
}

// All turns an error into advice: into several where a command line has several
// problems.
func All(err error) []*Error {
	problems, ok := errors.AsType[usage.Errors](err)
	if !ok {
		return []*Error{Of(err)}
	}
	all := make([]*Error, len(problems))
	for i, one := range problems {
		all[i] = Of(one)
	}
	return all
}

// Of turns an error of the rooms below into advice.
func Of(err error) *Error {
	for _, of := range []func(error) *Error{explainAdvice, explainUsage, explainLesson, explainProgress, explainCluster, explainChange, explainPreflight, explainReach, explainImages} {
		if e := of(err); e != nil {
			if e.Code == 0 {
				e.Code = Failed
			}
			return e
		}
	}
	return &Error{What: Words(err), Code: Failed}
}

// Words says an error in every language: what keeps a cluster from answering in the
// sentence that checks have for it.
func Words(err error) lang.Message {
	if why, ok := checks.Unreachable(err); ok {
		return why
	}
	return lang.Words(err)
}

// explainAdvice is for an error that says all itself.
func explainAdvice(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}

func explainUsage(err error) *Error {
	wrong, ok := errors.AsType[*usage.Error](err)
	if !ok {
		return nil
	}
	return &Error{What: wrong.What, Hints: wrong.Hints, Code: Usage}
}

// shellQuote writes a word as it is typed in a shell.
func shellQuote(word string) string {
	if quoted, err := syntax.Quote(word, syntax.LangBash); err == nil {
		return quoted
	}
	return word
}
