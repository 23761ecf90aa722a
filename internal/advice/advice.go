// Package advice turns errors into messages, with hints what to do about them, and into
// exit codes. The packages below it return typed errors that state facts; what a
// learner reads about them is here, one file per package.
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

// Error is an error message for the learner, with hints what to do about it.
type Error struct {
	What  lang.Message
	Hints []lang.Message
	// Code is the exit code; 0 means Failed.
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

// All turns an error into advice: several, if a command line has several problems.
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

// Of turns an error of the packages below into advice.
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

// Words is an error's message in every language. If a cluster didn't respond, it is the
// message that checks use for that.
func Words(err error) lang.Message {
	if why, ok := checks.Unreachable(err); ok {
		return why
	}
	return lang.Words(err)
}

// explainAdvice handles an error that is advice already.
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

// shellQuote quotes a word for a shell.
func shellQuote(word string) string {
	if quoted, err := syntax.Quote(word, syntax.LangBash); err == nil {
		return quoted
	}
	return word
}
