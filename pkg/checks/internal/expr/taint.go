package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// A secret is masked where it is shown as it is. What an expression makes of it, in
// capitals, backwards, letter by letter or counted, no search for its text finds, so
// that is followed from where it is read.

// exposure is how much of what is to be hidden a value may hold.
type exposure int

const (
	// harmless holds nothing of it.
	harmless exposure = iota
	// asRead is what was read, as it is: masking finds a secret in it.
	asRead
	// made was computed from what was read.
	made
)

// scope holds what the variables of loops expose.
type scope map[string]exposure

func (s scope) with(c ast.ComprehensionExpr, of exposure) scope {
	inner := maps.Clone(s)
	if inner == nil {
		inner = scope{}
	}
	inner[c.IterVar()], inner[c.AccuVar()] = of, of
	if c.HasIterVar2() {
		inner[c.IterVar2()] = of
	}
	return inner
}

// mayShow reports that a value may be named: it is a truth, it holds nothing of
// what is to be hidden, or it is a text or number as it was read.
func (x explainer) mayShow(e ast.Expr, v ref.Val) bool {
	switch x.exposure(e) {
	case harmless:
		return true
	case asRead:
		return types.IsPrimitiveType(v) || v == types.NullValue
	default:
		return v.Type() == types.BoolType
	}
}

func (x explainer) exposure(e ast.Expr) exposure {
	if x.harmlessPlace(e) {
		return harmless
	}
	switch e.Kind() {
	case ast.LiteralKind:
		return harmless
	case ast.IdentKind:
		if of, bound := x.items[e.AsIdent()]; bound {
			return of
		}
		return asRead
	case ast.SelectKind:
		return x.exposure(e.AsSelect().Operand())
	case ast.ListKind:
		return x.most(e.AsList().Elements()...)
	case ast.CallKind:
		return x.callExposure(e.AsCall())
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		inner := x
		inner.items = x.items.with(c, x.exposure(c.IterRange()))
		return madeOf(max(x.exposure(c.IterRange()), inner.most(c.LoopStep(), c.Result())))
	case ast.MapKind:
		most := harmless
		for _, entry := range e.AsMap().Entries() {
			most = max(most, x.most(entry.AsMapEntry().Key(), entry.AsMapEntry().Value()))
		}
		return most
	default:
		return made
	}
}

func (x explainer) callExposure(call ast.CallExpr) exposure {
	args := call.Args()
	switch call.FunctionName() {
	case operators.Index, operators.OptIndex, operators.OptSelect:
		return max(x.exposure(args[0]), madeOf(x.exposure(args[1])))
	case operators.Conditional:
		return x.most(args[1:]...)
	case operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals,
		operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.In:
		return harmless
	}
	if call.IsMemberFunction() {
		args = append([]ast.Expr{call.Target()}, args...)
	}
	switch call.FunctionName() {
	case "value", "or", "orValue", "dyn":
		return x.most(args...)
	case "size":
		if x.harmlessSize(args[0]) {
			return harmless
		}
	}
	return madeOf(x.most(args...))
}

func (x explainer) most(parts ...ast.Expr) exposure {
	most := harmless
	for _, part := range parts {
		most = max(most, x.exposure(part))
	}
	return most
}

// madeOf is what a function makes of its arguments.
func madeOf(of exposure) exposure {
	if of == harmless {
		return harmless
	}
	return made
}

// reading is what a part reads outside of every loop.
func (x explainer) reading(e ast.Expr) reading {
	r := reader{items: map[string]reading{}}
	for name := range x.items {
		r.items[name] = nil
	}
	p, _ := r.reading(e)
	return p
}

// harmlessPlace reports what never holds a secret: states, and an object's name.
func (x explainer) harmlessPlace(e ast.Expr) bool {
	p := x.reading(e)
	return slices.ContainsFunc(x.about.Open, func(place string) bool { return p.within(strings.Split(place, ".")...) })
}

// harmlessSize reports a list or map whose size says nothing of a secret.
func (x explainer) harmlessSize(e ast.Expr) bool {
	p := x.reading(e)
	return slices.ContainsFunc(x.about.OpenSizes, func(place string) bool { return slices.Equal(p, strings.Split(place, ".")) })
}
