package expr

import (
	"regexp"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// textual explains a call that asks something of a text, as in
// stdout.contains("x").
func (x explainer) textual(call ast.CallExpr) (Shortfall, bool) {
	word, ok := textualWord(call.FunctionName())
	if !ok || !call.IsMemberFunction() || len(call.Args()) != 1 {
		return Shortfall{}, false
	}
	found, isFound := x.value(call.Target())
	wanted, isWanted := x.value(call.Args()[0])
	if !isFound || !isWanted {
		return Shortfall{}, false
	}
	path := x.text(call.Target())
	if strings.HasSuffix(found, "…\"") && call.FunctionName() == "contains" {
		return Shortfall{Reason: lang.Messagef("%s doesn't contain %s", "%s 中没有 %s", path, wanted), told: true}, true
	}
	reason := lang.Messagef("%s is %s, %s", "%s 是 %s，%s", path, found, lang.Messagef(word.EN, word.ZH, wanted))
	return Shortfall{Reason: reason, told: true}, true
}

func textualWord(function string) (lang.Message, bool) {
	switch function {
	case "contains":
		return lang.Message{EN: "wanted it to contain %s", ZH: "其中应有 %s"}, true
	case "startsWith":
		return lang.Message{EN: "wanted it to start with %s", ZH: "应以 %s 开头"}, true
	case "endsWith":
		return lang.Message{EN: "wanted it to end with %s", ZH: "应以 %s 结尾"}, true
	case "matches":
		return lang.Message{EN: "wanted it to match %s", ZH: "应匹配 %s"}, true
	}
	return lang.Message{}, false
}

// each explains list.all(x, condition) by the item at which it ended: its parts
// have the values of that one.
func (x explainer) each(c ast.ComprehensionExpr) (Shortfall, bool) {
	step := c.LoopStep()
	if c.AccuInit().Kind() != ast.LiteralKind || c.AccuInit().AsLiteral() != types.True || step.Kind() != ast.CallKind ||
		step.AsCall().FunctionName() != operators.LogicalAnd {
		return Shortfall{}, false
	}
	condition := step.AsCall().Args()[1]
	if v, seen := x.state.Value(condition.ID()); !seen || v != types.False {
		return Shortfall{}, false
	}
	x.items = x.items.with(c, x.exposure(c.IterRange()))
	s := x.part(condition)
	if !s.told {
		return Shortfall{}, false
	}
	en, zh := strings.TrimPrefix(s.Reason.EN, c.IterVar()+"."), strings.TrimPrefix(s.Reason.ZH, c.IterVar()+".")
	return Shortfall{
		told:   true,
		Reason: lang.Messagef("%s: %s", "%s：%s", x.about.item(x.text(c.IterRange())), lang.Message{EN: en, ZH: zh}),
	}, true
}

// none explains list.exists(x, condition): no item is so.
func (x explainer) none(c ast.ComprehensionExpr) (Shortfall, bool) {
	step := c.LoopStep()
	if c.AccuInit().Kind() != ast.LiteralKind || c.AccuInit().AsLiteral() != types.False || step.Kind() != ast.CallKind ||
		step.AsCall().FunctionName() != operators.LogicalOr {
		return Shortfall{}, false
	}
	list, condition := x.text(c.IterRange()), x.text(step.AsCall().Args()[1])
	if _, set := x.value(c.IterRange()); !set {
		return x.unset(c.IterRange()), true
	}
	condition = regexp.MustCompile(`\b`+regexp.QuoteMeta(c.IterVar())+`\.`).ReplaceAllString(condition, "")
	return Shortfall{
		told:   true,
		Reason: lang.Messagef("nothing in %s matches: %s", "%s 中没有一项满足：%s", list, condition),
	}, true
}

// item describes an item of a list as a reader knows it.
func (e Environment) item(list string) lang.Message {
	if named, is := e.Items[list]; is {
		return named
	}
	return lang.Messagef("one of %s", "%s 之一", list)
}
