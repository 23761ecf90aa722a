package expr

import (
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// fault says why a part has no value although what it reads is there, false where
// it has one or something is just not set.
func (x explainer) fault(e ast.Expr) (lang.Message, bool) {
	v, seen := x.state.Value(e.ID())
	if !seen {
		return lang.Message{}, false
	}
	err, is := v.(*types.Err)
	if !is || missingValue(err.Error()) {
		return lang.Message{}, false
	}
	if why := x.conversion(x.origin(e)); !why.IsZero() {
		return why, true
	}
	why := words.Translate(words.Shorten(words.OneLine(err.Error()), 160), faultPhrases())
	if x.hides && why == lang.Same(why.EN) || x.hides && strings.Contains(err.Error(), "\"") {
		why = lang.Messagef("its values don't allow it", "它的值不允许这样计算")
	}
	return why, true
}

// origin is the part in which what is wrong with a part began.
func (x explainer) origin(e ast.Expr) ast.Expr {
	var parts []ast.Expr
	switch e.Kind() {
	case ast.CallKind:
		parts = e.AsCall().Args()
		if e.AsCall().IsMemberFunction() {
			parts = append([]ast.Expr{e.AsCall().Target()}, parts...)
		}
	case ast.SelectKind:
		parts = []ast.Expr{e.AsSelect().Operand()}
	default:
	}
	for _, part := range parts {
		if v, seen := x.state.Value(part.ID()); seen && types.IsError(v) {
			return x.origin(part)
		}
	}
	return e
}

// conversion says which value cannot become one of another type, zero when that is
// not what is wrong.
func (x explainer) conversion(e ast.Expr) lang.Message {
	if e.Kind() != ast.CallKind || e.AsCall().IsMemberFunction() || len(e.AsCall().Args()) != 1 {
		return lang.Message{}
	}
	found, is := x.value(e.AsCall().Args()[0])
	if !is {
		return lang.Message{}
	}
	switch e.AsCall().FunctionName() {
	case "int":
		return lang.Messagef("%s is not a whole number", "%s 不是整数", found)
	case "uint":
		return lang.Messagef("%s is not a whole number that is 0 or more", "%s 不是非负整数", found)
	case "double":
		return lang.Messagef("%s is not a number", "%s 不是数字", found)
	case "bool":
		return lang.Messagef("%s is neither true nor false", "%s 既不是 true 也不是 false", found)
	case "duration":
		return lang.Messagef("%s is not a duration such as 90s", "%s 不是 90s 这样的时长", found)
	case "timestamp":
		return lang.Messagef("%s is not a time such as 2026-01-31T12:00:00Z", "%s 不是 2026-01-31T12:00:00Z 这样的时间", found)
	case "quantity":
		return lang.Messagef("%s is not an amount such as 500m or 1Gi", "%s 不是 500m 或 1Gi 这样的数量", found)
	}
	return lang.Message{}
}

// missingValue reports an error that says no more than that something is not set.
func missingValue(text string) bool {
	for _, start := range []string{"no such key", "no such attribute", "no such field", "index out of bounds", "index out of range", "optional.none()", "undefined field"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// faultPhrases are the words of CEL for what cannot be evaluated.
func faultPhrases() []words.Phrase {
	return []words.Phrase{
		{"division by zero", "division by zero", "除数为零"},
		{"modulus by zero", "division by zero", "除数为零"},
		{"integer overflow", "the number is too large", "数值超出范围"},
		{"unsigned integer overflow", "the number is too large, or below zero", "数值超出范围或小于零"},
		{"duration overflow", "the duration is too long", "时长超出范围"},
		{"timestamp overflow", "the time is too far away", "时间超出范围"},
		{"type conversion error from '{}' to '{}'", "a value of type %s can't be converted to %s", "%s 类型的值不能转换为 %s"},
		{"no such overload{}", "it mixes types that don't go together%.0s", "这些值的类型不能一起使用%.0s"},
		{"not JSON: {}", "the text is not JSON: %s", "文本不是 JSON：%s"},
	}
}
