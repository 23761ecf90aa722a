package expr

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const (
	// maxExpression bounds an expression, in bytes.
	maxExpression = 5_000
	// maxDoubling is how often an expression may use a macro that writes what it is
	// called on twice.
	maxDoubling = 6
)

// Condition is a compiled expression. It may be used by many goroutines.
type Condition struct {
	source   string
	language *language
	ast      *cel.Ast
	// whole is the same with what is needed to write it out again.
	whole func() *cel.Ast
	// program evaluates it, tracked remembers the value of each part. Only a
	// condition that is false needs that. Both are planned when first needed.
	program, tracked func() (interpreter.Interpretable, error)
}

func newCondition(l *language, ast *cel.Ast) *Condition {
	c := &Condition{source: ast.Source().Content(), language: l, ast: ast}
	c.whole = sync.OnceValue(func() *cel.Ast {
		if whole, issues := l.whole.Compile(c.source); issues.Err() == nil {
			return whole
		}
		return ast
	})
	c.program = sync.OnceValues(func() (interpreter.Interpretable, error) { return c.plan(ast) })
	c.tracked = sync.OnceValues(func() (interpreter.Interpretable, error) {
		return c.plan(c.whole(), interpreter.EvalStateObserver())
	})
	return c
}

func (c *Condition) plan(ast *cel.Ast, options ...interpreter.PlannerOption) (interpreter.Interpretable, error) {
	bounded := []interpreter.PlannerOption{interpreter.InterruptableEval(), interpreter.CustomDecorator(c.language.limit)}
	return c.language.planner.NewInterpretable(ast.NativeRep(), append(bounded, options...)...)
}

// ErrTooCostly says that an expression was stopped because of its cost or its time.
var ErrTooCostly = errors.New("the cost limit is exceeded")

// ErrNotSo is what holds returns when the expression could not be evaluated
// because something that it uses is missing, which makes it false.
var ErrNotSo = errors.New("not so")

// Holds reports whether the expression is true. An error that wraps errNotSo says
// why it is not so; any other says that the expression could not be judged.
func (c *Condition) Holds(ctx context.Context, vars map[string]any) (bool, error) {
	program, err := c.program()
	if err != nil {
		return false, err
	}
	value, _, err := evaluateWithin(ctx, program, vars)
	if err != nil {
		return false, err
	}
	if fault, is := value.(*types.Err); is {
		return false, fmt.Errorf("%w: %w", ErrNotSo, fault)
	}
	return value == types.True, nil
}

// evaluateWithin evaluates within the limits. The state is nil unless the program
// tracks it.
func evaluateWithin(ctx context.Context, program interpreter.Interpretable, vars map[string]any) (value ref.Val, state interpreter.EvalState, err error) {
	timed, cancel := context.WithTimeout(ctx, timing.Expression)
	defer cancel()
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case stopped:
			err = ErrTooCostly
			if ctx.Err() != nil {
				err = fmt.Errorf("gave up on the condition: %w", ctx.Err())
			}
		default:
			err = fmt.Errorf("a library function failed: %v", reason)
		}
	}()
	b := &budget{vars: vars, left: costLimit, done: timed.Done()}
	b.spend(0)
	observed, ok := program.(*interpreter.ObservableInterpretable)
	if !ok {
		return program.Eval(b), nil, nil
	}
	value = observed.ObserveEval(b, func(seen any) {
		if s, is := seen.(interpreter.EvalState); is {
			state = s
		}
	})
	return value, state, nil
}

// Fault is what is wrong with an expression, and where in it: lines count from
// 1, columns from 0. Line 0 stands for the whole.
type Fault struct {
	Text         string
	Line, Column int
}

// judgedText is in every expression that calls a function whose text is judged when
// it is read.
var judgedText = regexp.MustCompile(`matches|find|duration|timestamp`)

// Compile makes a condition of an expression over what a probe sees.
func Compile(source string, about Environment) (*Condition, []Fault) {
	if n := len(source); n > maxExpression {
		return nil, []Fault{{Text: fmt.Sprintf("the expression is %d bytes long; the limit is %d", n, maxExpression)}}
	}
	if strings.Count(source, "optMap")+strings.Count(source, "optFlatMap") > maxDoubling {
		return nil, []Fault{{Text: fmt.Sprintf("the expression uses optMap and optFlatMap more than %d times", maxDoubling)}}
	}
	l, err := spoken.of(about)
	if err != nil {
		return nil, []Fault{{Text: "failed to set up expressions: " + err.Error()}}
	}
	env := l.env
	if judgedText.MatchString(source) {
		env = l.whole
	}
	ast, issues := env.Compile(source)
	if issues.Err() != nil {
		var faults []Fault
		for _, e := range issues.Errors() {
			faults = append(faults, Fault{e.Message, e.Location.Line(), e.Location.Column()})
		}
		return nil, faults
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		return nil, []Fault{{Text: fmt.Sprintf("the expression must be true or false, but its type is %s", t)}}
	}
	return newCondition(l, ast), nil
}

// Is reports that a condition is the one that compile would make.
func (c *Condition) Is(source string, about Environment) bool {
	return c != nil && c.source == source && c.language.about.Name == about.Name
}
