package expr

import (
	"context"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// "All of them are so" is true of none. A check does not pass by that, unless its
// author says that none is fine by asking for the size.

// AsksSize reports that an expression asks for the size of a variable, or whether
// it is empty.
func (c *Condition) AsksSize(names ...string) bool {
	if c == nil {
		return false
	}
	for _, name := range names {
		if c.asksSizeOf(func(e ast.Expr) bool { return e.Kind() == ast.IdentKind && e.AsIdent() == name }) {
			return true
		}
	}
	return false
}

func (c *Condition) asksSizeOf(is func(ast.Expr) bool) bool {
	asks := func(e ast.NavigableExpr) bool {
		if e.Kind() != ast.CallKind {
			return false
		}
		call, sides := e.AsCall(), e.AsCall().Args()
		if call.IsMemberFunction() {
			sides = append([]ast.Expr{call.Target()}, sides...)
		}
		switch call.FunctionName() {
		case "size":
			return len(sides) == 1 && is(sides[0])
		case operators.Equals, operators.NotEquals:
			return is(sides[0]) && isEmpty(sides[1]) || is(sides[1]) && isEmpty(sides[0])
		}
		return false
	}
	return len(ast.MatchDescendants(ast.NavigateAST(c.whole().NativeRep()), asks)) > 0
}

// isEmpty reports an empty list or text that is written out.
func isEmpty(e ast.Expr) bool {
	switch e.Kind() {
	case ast.ListKind:
		return e.AsList().Size() == 0
	case ast.LiteralKind:
		return e.AsLiteral() == types.String("")
	default:
		return false
	}
}

// Hollow finds the list of which an expression that holds says something although
// there is nothing in it, "" when it holds without that. The variables themselves are
// left to the probe.
func (c *Condition) Hollow(ctx context.Context, vars map[string]any) (list string) {
	if !speaksOfAll(c.ast.NativeRep().Expr(), true) {
		return ""
	}
	root := c.whole().NativeRep().Expr()
	program, err := c.tracked()
	if err != nil {
		return ""
	}
	// All of its parts together have the time of one expression.
	ctx, cancel := context.WithTimeout(ctx, timing.Expression)
	defer cancel()
	value, state, err := evaluateWithin(ctx, program, vars)
	if err != nil || value != types.True || state == nil {
		return ""
	}
	h := hollowness{condition: c, state: state, vars: vars}
	if _, empty := h.solid(ctx, root, true); empty != nil {
		return c.text(empty)
	}
	return ""
}

// speaksOfAll reports a part that says something of each item where the whole is
// wanted true or false: all, or no exists.
func speaksOfAll(e ast.Expr, want bool) bool {
	if list, is := allOf(e, want); is {
		return list.Kind() != ast.IdentKind
	}
	if e.Kind() != ast.CallKind {
		return false
	}
	args := e.AsCall().Args()
	switch e.AsCall().FunctionName() {
	case operators.LogicalAnd, operators.LogicalOr:
		return speaksOfAll(args[0], want) || speaksOfAll(args[1], want)
	case operators.LogicalNot:
		return speaksOfAll(args[0], !want)
	case operators.Conditional:
		return speaksOfAll(args[1], want) || speaksOfAll(args[2], want)
	}
	return false
}

// allOf returns the list of list.all(x, …), or of list.exists(x, …) where that is
// wanted false.
func allOf(e ast.Expr, want bool) (ast.Expr, bool) {
	if e.Kind() != ast.ComprehensionKind {
		return nil, false
	}
	c := e.AsComprehension()
	operator := operators.LogicalAnd
	if !want {
		operator = operators.LogicalOr
	}
	if c.AccuInit().Kind() != ast.LiteralKind || c.AccuInit().AsLiteral() != types.Bool(want) ||
		c.LoopStep().Kind() != ast.CallKind || c.LoopStep().AsCall().FunctionName() != operator {
		return nil, false
	}
	return c.IterRange(), true
}

// hollowness goes through the parts of an expression that holds.
type hollowness struct {
	condition *Condition
	state     interpreter.EvalState
	vars      map[string]any
}

// solid reports that a part is as wanted, and not for want of items; empty is the
// list that has none.
func (h hollowness) solid(ctx context.Context, e ast.Expr, want bool) (ok bool, empty ast.Expr) {
	if list, is := allOf(e, want); is && h.value(ctx, e) == types.Bool(want) {
		if h.without(ctx, list) {
			return false, list
		}
		return true, nil
	}
	if e.Kind() != ast.CallKind {
		return h.value(ctx, e) == types.Bool(want), nil
	}
	args := e.AsCall().Args()
	switch e.AsCall().FunctionName() {
	case operators.LogicalAnd:
		return h.sides(ctx, args, want, want)
	case operators.LogicalOr:
		return h.sides(ctx, args, want, !want)
	case operators.LogicalNot:
		return h.solid(ctx, args[0], !want)
	case operators.Conditional:
		if h.value(ctx, args[0]) == types.True {
			return h.solid(ctx, args[1], want)
		}
		return h.solid(ctx, args[2], want)
	}
	return h.value(ctx, e) == types.Bool(want), nil
}

// sides looks at both sides of an "and" or "or": all must be solid, or one.
func (h hollowness) sides(ctx context.Context, args []ast.Expr, want, all bool) (bool, ast.Expr) {
	var found ast.Expr
	solid := 0
	for _, side := range args {
		ok, empty := h.solid(ctx, side, want)
		if ok {
			solid++
		}
		if found == nil {
			found = empty
		}
	}
	if solid == len(args) || solid > 0 && !all {
		return true, nil
	}
	return false, found
}

// text writes out a part of the whole expression.
func (c *Condition) text(e ast.Expr) string { return explainer{ast: c.whole()}.text(e) }

// without reports that a list has nothing in it, and that the author does not say
// that this is fine.
func (h hollowness) without(ctx context.Context, list ast.Expr) bool {
	size, is := h.value(ctx, list).(traits.Sizer)
	if !is || size.Size() != types.IntZero || list.Kind() == ast.ListKind || list.Kind() == ast.IdentKind {
		// The probe has judged its own variables.
		return false
	}
	if list.Kind() == ast.CallKind && list.AsCall().FunctionName() == "orValue" {
		return false
	}
	text := h.condition.text(list)
	return !h.condition.asksSizeOf(func(e ast.Expr) bool { return h.condition.text(e) == text })
}

// value is what a part gave. A side of an "or" that was skipped is evaluated now.
func (h hollowness) value(ctx context.Context, e ast.Expr) any {
	if e.Kind() == ast.LiteralKind {
		return e.AsLiteral()
	}
	if v, seen := h.state.Value(e.ID()); seen {
		return v
	}
	whole := h.condition.whole().NativeRep()
	part := ast.NewCheckedAST(ast.NewAST(e, whole.SourceInfo()), whole.TypeMap(), whole.ReferenceMap())
	l := h.condition.language
	program, err := l.planner.NewInterpretable(part, interpreter.InterruptableEval(), interpreter.CustomDecorator(l.limit))
	if err != nil {
		return nil
	}
	v, _, err := evaluateWithin(ctx, program, h.vars)
	if err != nil {
		return nil
	}
	return v
}
