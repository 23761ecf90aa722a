// Package usage has the errors of a command line that cannot be meant. Both programs
// speak through it.
package usage

import (
	"errors"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Error is one thing about a command line that cannot be meant.
type Error struct {
	What  lang.Message
	Hints []lang.Message
}

// Error returns what is wrong, in English.
func (e *Error) Error() string { return e.What.EN }

// Words returns what is wrong.
func (e *Error) Words() lang.Message { return e.What }

// Errorf makes an Error of a sentence.
func Errorf(en, zh string, args ...any) error {
	return &Error{What: lang.Messagef(en, zh, args...)}
}

// Errors are all the things about a command line that cannot be meant, of two or
// more. Each is an *Error or says itself what to do about it.
type Errors []error

// Error returns what is wrong, in English, one thing in a line.
func (all Errors) Error() string { return errors.Join(all...).Error() }

// Unwrap returns each of them.
func (all Errors) Unwrap() []error { return all }

// Join returns nil where no error is one, the error where one is, and Errors
// otherwise. What an inner Join gave becomes part of it.
func Join(errs ...error) error {
	var all Errors
	for _, err := range errs {
		if several, ok := err.(Errors); ok { //nolint:errorlint // what Join made is not wrapped
			all = append(all, several...)
		} else if err != nil {
			all = append(all, err)
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// Add adds a hint where an error is one of usage: behind all that is wrong.
func Add(err error, hint lang.Message) {
	all, several := errors.AsType[Errors](err)
	if !several {
		all = Errors{err}
	}
	for _, one := range slices.Backward(all) {
		if e, ok := errors.AsType[*Error](one); ok {
			e.Hints = append(e.Hints, hint)
			return
		}
	}
}

// ErrorLabel begins an error, and HintLabel what can be done about it. Programs
// that read the output go by exit codes and JSON, so the labels are translated too.
func ErrorLabel() lang.Message { return lang.Messagef("error: ", "错误：") }

// HintLabel begins a hint.
func HintLabel() lang.Message { return lang.Messagef("hint: ", "提示：") }
