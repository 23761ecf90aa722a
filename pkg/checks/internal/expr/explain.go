package expr

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Shortfall is the part of an expression that is false.
type Shortfall struct {
	// part is that part; of a loop, the loop.
	part ast.Expr
	// Path is what was compared with a value, "" when the part compares nothing.
	Path, Wanted, Found string
	// Reason says it in words.
	Reason lang.Message
	// told says that the reason is more than the expression itself.
	told bool
}

// Explain finds the first part of the expression that makes it not hold, and for
// a comparison the two values.
// Where something is to be hidden, no value is named that was computed from it.
func (c *Condition) Explain(ctx context.Context, vars map[string]any, hides bool) Shortfall {
	whole := Shortfall{part: c.whole().NativeRep().Expr(), Reason: notHeld(c.source)}
	program, err := c.tracked()
	if err != nil {
		return whole
	}
	_, state, err := evaluateWithin(ctx, program, vars)
	if err != nil {
		return whole
	}
	return explainer{about: c.language.about, ast: c.whole(), state: state, hides: hides}.part(whole.part)
}

func notHeld(text string) lang.Message {
	return lang.Messagef("the condition is false: %s", "条件不成立：%s", words.Shorten(words.OneLine(text), 200))
}

type explainer struct {
	about Environment
	ast   *cel.Ast
	state interpreter.EvalState
	// hides says that some of what the expression reads must not be shown; items
	// are the variables of the loops around a part.
	hides bool
	items scope
}

// part goes down through "and" to the first side that is not true.
func (x explainer) part(e ast.Expr) Shortfall {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.LogicalAnd {
		for _, side := range e.AsCall().Args() {
			if v, seen := x.state.Value(side.ID()); seen && v != types.True {
				return x.part(side)
			}
		}
	}
	s, ok := x.inWords(e)
	if !ok {
		s = Shortfall{Reason: notHeld(x.text(e))}
		if fault, is := x.fault(e); is {
			s.Reason = words.Because(s.Reason, fault)
		}
	}
	s.part = e
	return s
}

// inWords says more of a part than its text, where it is of a kind that it can.
func (x explainer) inWords(e ast.Expr) (Shortfall, bool) {
	switch e.Kind() {
	case ast.CallKind:
		if s, ok := x.comparison(e.AsCall()); ok {
			return s, true
		}
		return x.textual(e.AsCall())
	case ast.ComprehensionKind:
		if s, ok := x.each(e.AsComprehension()); ok {
			return s, true
		}
		return x.none(e.AsComprehension())
	default:
		return Shortfall{}, false
	}
}

func (x explainer) comparison(call ast.CallExpr) (Shortfall, bool) {
	word, ok := wantedWord(call.FunctionName())
	if !ok || len(call.Args()) != 2 {
		return Shortfall{}, false
	}
	left, right := call.Args()[0], call.Args()[1]
	found, isFound := x.value(left)
	wanted, isWanted := x.value(right)
	if _, is := x.fault(left); is || !isWanted {
		if !is {
			left = right
		}
		return x.unset(left), true
	}
	wantedText := lang.Messagef(word.EN, word.ZH, wanted)
	if right.Kind() != ast.LiteralKind {
		wantedText = lang.Messagef("%s (%s)", "%s（%s）", wantedText, x.text(right))
	}
	path := x.text(left)
	s := Shortfall{told: true, Path: path, Wanted: wantedText.EN, Found: found}
	if !isFound {
		s.Reason = lang.Messagef("%s is not set, %s", "%s 还没有值，%s", path, wantedText)
		return s, true
	}
	s.Reason = lang.Messagef("%s is %s, %s", "%s 是 %s，%s", path, found, wantedText)
	return s, true
}

func (x explainer) unset(e ast.Expr) Shortfall {
	path := x.text(e)
	if fault, is := x.fault(e); is {
		return Shortfall{told: true, Reason: lang.Messagef("%s can't be evaluated: %s", "%s 无法计算：%s", path, fault)}
	}
	return Shortfall{Reason: lang.Messagef("%s is not set", "%s 还没有值", path)}
}

func wantedWord(operator string) (lang.Message, bool) {
	switch operator {
	case operators.Equals:
		return lang.Message{EN: "wanted %s", ZH: "应为 %s"}, true
	case operators.NotEquals:
		return lang.Message{EN: "wanted anything but %s", ZH: "不应为 %s"}, true
	case operators.Greater:
		return lang.Message{EN: "wanted more than %s", ZH: "应大于 %s"}, true
	case operators.GreaterEquals:
		return lang.Message{EN: "wanted at least %s", ZH: "应不小于 %s"}, true
	case operators.Less:
		return lang.Message{EN: "wanted less than %s", ZH: "应小于 %s"}, true
	case operators.LessEquals:
		return lang.Message{EN: "wanted at most %s", ZH: "应不大于 %s"}, true
	}
	return lang.Message{}, false
}

// text renders a part as a writer would, without the "object." that all share.
func (x explainer) text(e ast.Expr) string {
	s, err := cel.ExprToString(e, x.ast.NativeRep().SourceInfo())
	if err != nil {
		return "?"
	}
	return words.Shorten(words.OneLine(strings.TrimPrefix(s, "object.")), 120)
}

// value is false when the part has none, because a field in it is not set.
func (x explainer) value(e ast.Expr) (string, bool) {
	if e.Kind() == ast.LiteralKind {
		return valueText(e.AsLiteral()), true
	}
	v, seen := x.state.Value(e.ID())
	if !seen || types.IsUnknownOrError(v) {
		return "", false
	}
	if x.hides && !x.mayShow(e, v) {
		return words.Mask, true
	}
	return valueText(v), true
}

func valueText(v ref.Val) string {
	switch t := v.(type) {
	case types.String:
		return strconv.Quote(words.Shorten(string(t), 60))
	case types.Null:
		return "null"
	}
	switch t := v.Value().(type) {
	case int64, uint64, float64, bool:
		return fmt.Sprint(t)
	}
	if native, err := jsonText(v); err == nil {
		return words.Shorten(native, 80)
	}
	return v.Type().TypeName()
}

// jsonText renders a list or a map of an expression.
func jsonText(v ref.Val) (string, error) {
	native, err := v.ConvertToNative(reflect.TypeFor[*structpb.Value]())
	if err != nil {
		return "", err
	}
	value, ok := native.(*structpb.Value)
	if !ok {
		return "", fmt.Errorf("not a value: %T", native)
	}
	out, err := json.Marshal(value.AsInterface())
	return string(out), err
}
