package expr

import (
	"github.com/google/cel-go/common/functions"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"
)

// How an evaluation is bounded: every call, list, map and round of a loop pays out
// of one budget, and pays before it works. What a call costs follows from the size
// of its arguments (cel_work.go), so that no library function can take more time
// or memory than is left, whatever its arguments are.

// costLimit is the budget of one evaluation. A unit is about a tenth of a
// microsecond, or ten bytes of memory.
const costLimit = 1_000_000

const (
	// roundCost is what a round of a loop costs besides what it calls.
	roundCost = 2
	// itemCost is what an item of a list or a map costs that is written out.
	itemCost = 5
)

// stopped ends an evaluation from inside, so that no "or" can pass over it.
type stopped struct{}

// budget holds the variables of one evaluation and what it may still spend.
type budget struct {
	vars map[string]any
	left float64
	done <-chan struct{}
}

// budgetName finds the budget from inside an evaluation; no expression can spell
// it. interruptName is what loops ask for in each round.
const budgetName, interruptName = "#budget", "#interrupted"

// ResolveName finds a variable.
func (b *budget) ResolveName(name string) (any, bool) {
	switch name {
	case interruptName:
		b.spend(roundCost)
		return nil, false
	case budgetName:
		return b, true
	}
	v, ok := b.vars[name]
	return v, ok
}

// Parent is nil: nothing is around the variables.
func (*budget) Parent() interpreter.Activation { return nil }

func (b *budget) spend(cost float64) {
	b.left -= cost
	if b.left < 0 {
		panic(stopped{})
	}
	select {
	case <-b.done:
		panic(stopped{})
	default:
	}
}

func budgetOf(vars interpreter.Activation) *budget {
	found, _ := vars.ResolveName(budgetName)
	b, ok := found.(*budget)
	if !ok {
		panic(stopped{})
	}
	return b
}

// limit makes a planned part of an expression pay.
func (l *language) limit(i interpreter.Interpretable) (interpreter.Interpretable, error) {
	switch node := i.(type) {
	case interpreter.InterpretableCall:
		switch node.Function() {
		case operators.NotStrictlyFalse:
			return i, nil
		case "or", "orValue":
			return &optionalOr{node}, nil
		}
		return &limitedCall{InterpretableCall: node, args: node.Args(), operation: l.operation(node), cost: costOf(node.Function())}, nil
	case interpreter.InterpretableConstructor:
		return &limitedConstructor{InterpretableConstructor: node, cost: itemCost * float64(1+len(node.InitVals()))}, nil
	}
	return i, nil
}

// operation does the work of a call. All arguments are values, not errors.
type operation func(b *budget, args []ref.Val) ref.Val

// limitedCall works out its arguments, pays, and only then calls.
type limitedCall struct {
	interpreter.InterpretableCall
	args      []interpreter.Interpretable
	operation operation
	cost      func(b *budget, args []ref.Val) float64
}

// Eval calls the function, if the budget allows.
func (c *limitedCall) Eval(vars interpreter.Activation) ref.Val {
	args := make([]ref.Val, len(c.args))
	for i, a := range c.args {
		args[i] = a.Eval(vars)
	}
	for _, a := range args {
		if types.IsUnknownOrError(a) {
			return a
		}
	}
	b := budgetOf(vars)
	b.spend(c.cost(b, args))
	return types.LabelErrNode(c.ID(), c.operation(b, args))
}

// optionalOr takes an optional's own value or, only where it has none, another, as
// cel-go's library of optionals does by a decorator of its own.
type optionalOr struct{ interpreter.InterpretableCall }

// Eval works out the second argument only where it is needed.
func (o *optionalOr) Eval(vars interpreter.Activation) ref.Val {
	budgetOf(vars).spend(1)
	first := o.Args()[0].Eval(vars)
	optional, is := first.(*types.Optional)
	switch {
	case !is:
		return types.ValOrErr(first, "no such overload: %s", o.Function())
	case !optional.HasValue():
		return o.Args()[1].Eval(vars)
	case o.Function() == "or":
		return optional
	}
	return optional.GetValue()
}

type limitedConstructor struct {
	interpreter.InterpretableConstructor
	cost float64
}

// Eval makes the list or the map, if the budget allows.
func (c *limitedConstructor) Eval(vars interpreter.Activation) ref.Val {
	budgetOf(vars).spend(c.cost)
	return c.InterpretableConstructor.Eval(vars)
}

// operation finds what a call does.
func (l *language) operation(call interpreter.InterpretableCall) operation {
	switch call.Function() {
	case operators.Equals:
		return func(_ *budget, args []ref.Val) ref.Val { return types.Equal(args[0], args[1]) }
	case operators.NotEquals:
		return func(_ *budget, args []ref.Val) ref.Val {
			return types.Bool(types.Equal(args[0], args[1]) != types.True)
		}
	case "matches", "find", "findAll":
		return patternOperation(call)
	}
	bound, found := l.functions.FindOverload(call.OverloadID())
	if !found {
		bound, found = l.functions.FindOverload(call.Function())
	}
	if !found {
		bound = &functions.Overload{}
	}
	if call.Function() == operators.Add {
		return func(_ *budget, args []ref.Val) ref.Val { return addition(bound, args) }
	}
	return func(_ *budget, args []ref.Val) ref.Val { return dispatch(call, bound, args) }
}

// dispatch calls a function as the planned call would have done itself.
func dispatch(call interpreter.InterpretableCall, bound *functions.Overload, args []ref.Val) ref.Val {
	if len(args) == 0 || bound.OperandTrait == 0 || args[0].Type().HasTrait(bound.OperandTrait) {
		switch {
		case len(args) == 1 && bound.Unary != nil:
			return bound.Unary(args[0])
		case len(args) == 2 && bound.Binary != nil:
			return bound.Binary(args[0], args[1])
		case bound.Function != nil:
			return bound.Function(args...)
		}
	}
	if len(args) > 0 {
		if receiver, ok := args[0].(traits.Receiver); ok && args[0].Type().HasTrait(traits.ReceiverType) {
			return receiver.Receive(call.Function(), call.OverloadID(), args[1:])
		}
	}
	return types.NewErr("no such overload: %s", call.Function())
}

// addition joins lists into one flat list: CEL's own keeps a tree, whose size takes
// as long to find as it is large.
func addition(bound *functions.Overload, args []ref.Val) ref.Val {
	left, leftIs := args[0].(traits.Lister)
	right, rightIs := args[1].(traits.Lister)
	if _, grows := args[0].(traits.MutableLister); grows || !leftIs || !rightIs {
		return bound.Binary(args[0], args[1])
	}
	joined := make([]ref.Val, 0, sizeOf(left)+sizeOf(right))
	for _, list := range []traits.Lister{left, right} {
		for it := list.Iterator(); it.HasNext() == types.True; {
			joined = append(joined, it.Next())
		}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, joined)
}

func sizeOf(v traits.Sizer) int {
	n, _ := v.Size().(types.Int)
	return int(n)
}
