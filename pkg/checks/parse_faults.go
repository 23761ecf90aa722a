package checks

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// faults collects everything that is wrong with a block of checks, each with its
// position in the file that contains the block.
type faults struct {
	at   Position
	errs []error
}

// line turns a line of the block into a line of the file.
func (f *faults) line(n int) int { return f.at.Line + n - 1 }

func (f *faults) add(n *yaml.Node, format string, args ...any) {
	f.addAt(n.Line, format, args...)
}

func (f *faults) addAt(line int, format string, args ...any) {
	at := Position{File: f.at.File, Line: f.line(line)}
	f.errs = append(f.errs, fmt.Errorf("%s: "+format, append([]any{at}, args...)...))
}

// addColumn reports a fault whose column is known too.
func (f *faults) addColumn(line, column int, text string) {
	at := Position{File: f.at.File, Line: f.line(line)}
	f.errs = append(f.errs, fmt.Errorf("%s:%d: %s", at, column, text))
}

func (f *faults) err() error { return errors.Join(f.errs...) }
