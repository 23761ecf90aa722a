package steps

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// Problem is a fault of a lesson file or of what belongs to it.
type Problem struct {
	File string
	// Line is 1-based; 0 when the fault has no line.
	Line    int
	Message string
}

// String returns the problem as "file:line: message".
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// faultError is a problem on its way through an error.
type faultError struct{ Problem }

// Error returns the problem as "file:line: message".
func (e faultError) Error() string { return e.String() }

// faults collects all problems of one file.
type faults struct {
	file string
	list []error
}

func (f *faults) add(line int, format string, args ...any) {
	f.list = append(f.list, faultError{Problem{File: f.file, Line: line, Message: fmt.Sprintf(format, args...)}})
}

func (f *faults) err() error { return errors.Join(f.list...) }

// problems returns the problems that an error of Parse joins. What has no
// place of its own is put in file.
func problems(file string, err error) []Problem {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var all []Problem
		for _, e := range joined.Unwrap() {
			all = append(all, problems(file, e)...)
		}
		return all
	}
	if fault, ok := errors.AsType[faultError](err); ok {
		return []Problem{fault.Problem}
	}
	return []Problem{placed(file, err.Error())}
}

// placePattern is how faults of other packages begin: file, line and perhaps
// column.
var placePattern = regexp.MustCompile(`(?s)^([^\s:]+):(\d+): (.*)$`)

func placed(file, message string) Problem {
	m := placePattern.FindStringSubmatch(message)
	if m == nil {
		return Problem{File: file, Message: message}
	}
	line, err := strconv.Atoi(m[2])
	if err != nil {
		return Problem{File: file, Message: message}
	}
	return Problem{File: m[1], Line: line, Message: m[3]}
}
