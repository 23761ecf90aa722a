// Package usage has the errors about a wrong command line. Both programs use it.
package usage

import (
	"errors"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Error is one thing that is wrong with a command line.
type Error struct {
	What  lang.Message
	Hints []lang.Message
}

// Error returns what is wrong, in English.
func (e *Error) Error() string { return e.What.EN }

// Words returns what is wrong.
func (e *Error) Words() lang.Message { return e.What }

// Errorf returns an Error with a message.
func Errorf(en, zh string, args ...any) error {
	return &Error{What: lang.Messagef(en, zh, args...)}
}

// Errors are the things that are wrong with a command line, two or more. Each is an
// *Error or has hints of its own.
type Errors []error

// Error returns what is wrong, in English, one thing per line.
func (all Errors) Error() string { return errors.Join(all...).Error() }

// Unwrap returns each of them.
func (all Errors) Unwrap() []error { return all }

// Join returns nil if all errors are nil, the error if there is one, and Errors if
// there are more. It flattens the results of other Joins.
func Join(errs ...error) error {
	var all Errors
	for _, err := range errs {
		if several, ok := err.(Errors); ok { //nolint:errorlint // a result of Join is not wrapped
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

// Add adds a hint to a usage error, after everything that is wrong.
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

// ErrorLabel begins an error, and HintLabel a hint. Programs that read the output rely
// on exit codes and JSON, so the labels are translated too.
func ErrorLabel() lang.Message { return lang.Messagef("error: ", "错误：") }

// HintLabel begins a hint.
func HintLabel() lang.Message { return lang.Messagef("hint: ", "提示：") }
