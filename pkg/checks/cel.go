package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/interpreter"
	"go.yaml.in/yaml/v3"
	"k8s.io/apiserver/pkg/cel/library"
)

const (
	// costLimit bounds one evaluation, in CEL's cost units. The API server allows
	// one expression half of it; here a page of 64 KiB is searched several times.
	costLimit = 2_000_000
	// costTime bounds it by the clock too.
	costTime = 2 * time.Second
	// interruptEvery is how many rounds of one loop pass between looks at the
	// context. Short loops inside one another must be seen too.
	interruptEvery = 1
)

// condition is a compiled expression. It may be used by many goroutines.
type condition struct {
	source  string
	ast     *cel.Ast
	program cel.Program
	// tracked is the same expression, remembering the value of each part. Only a
	// condition that does not hold needs it.
	tracked func() (cel.Program, error)
}

func newCondition(env *cel.Env, ast *cel.Ast) (*condition, error) {
	program, err := env.Program(ast, programOptions(cel.OptOptimize)...)
	if err != nil {
		return nil, err
	}
	return &condition{
		source:  ast.Source().Content(),
		ast:     ast,
		program: program,
		tracked: sync.OnceValues(func() (cel.Program, error) {
			return env.Program(ast, programOptions(cel.OptTrackState)...)
		}),
	}, nil
}

func programOptions(option cel.EvalOption) []cel.ProgramOption {
	return []cel.ProgramOption{
		cel.EvalOptions(option),
		cel.CostLimit(costLimit),
		cel.CostTracking(&library.CostEstimator{}),
		cel.InterruptCheckFrequency(interruptEvery),
	}
}

// errTooCostly says that an expression was given up for its cost or its time.
var errTooCostly = errors.New("the cost limit is exceeded")

// errNotSo is what holds returns when the expression could not be evaluated
// because what it speaks of is not there, which makes it not so.
var errNotSo = errors.New("not so")

// holds reports whether the expression is true. An error that wraps errNotSo says
// why it is not so; any other says that the expression could not be judged.
func (c *condition) holds(ctx context.Context, vars map[string]any) (bool, error) {
	timed, cancel := context.WithTimeout(ctx, costTime)
	defer cancel()
	value, _, err := c.program.ContextEval(timed, vars)
	if err != nil && ctx.Err() != nil {
		return false, fmt.Errorf("the condition was given up: %w", ctx.Err())
	}
	if err != nil && timed.Err() != nil {
		return false, errTooCostly
	}
	if _, ok := errors.AsType[interpreter.EvalCancelledError](err); ok {
		return false, errTooCostly
	}
	if err != nil {
		return false, fmt.Errorf("%w: %w", errNotSo, err)
	}
	return value == types.True, nil
}

// compile turns an expression of a check into a condition. It reports faults with
// the column and returns nil for them, and for no expression.
func (p *parser) compile(n *yaml.Node, c Check) *condition {
	if n == nil || strings.TrimSpace(n.Value) == "" {
		return nil
	}
	env, err := p.envs.of(c)
	if err != nil {
		p.add(n, "failed to set up expressions: %w", err)
		return nil
	}
	ast, issues := env.Compile(n.Value)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			line, column := p.place(n, e.Location.Line(), e.Location.Column())
			p.addColumn(line, column, e.Message)
		}
		return nil
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		p.add(n, "the expression gives %s, it must be true or false", t)
		return nil
	}
	condition, err := newCondition(env, ast)
	if err != nil {
		p.add(n, "%w", err)
		return nil
	}
	return condition
}
