package expr

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
)

const (
	// maxPattern bounds a regular expression, in bytes; maxPatternParts what it is
	// when its repetitions are written out.
	maxPattern, maxPatternParts = 1000, 2000
	// partCost is what compiling a part of a pattern costs.
	partCost = 5
	// stepsPerUnit is how many parts of a pattern are tried at a place for a unit.
	stepsPerUnit = 20
)

// pattern is a compiled regular expression with its size.
type pattern struct {
	*regexp.Regexp
	parts float64
}

// newPattern compiles a pattern that is small enough to be matched in good time.
func newPattern(text string) (*pattern, error) {
	parts, err := patternParts(text)
	if err != nil {
		return nil, err
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	return &pattern{compiled, parts}, nil
}

// patternParts is the size of a pattern, found without writing out what it repeats.
func patternParts(text string) (float64, error) {
	if len(text) > maxPattern {
		return 0, fmt.Errorf("the pattern is %d bytes long; the limit is %d", len(text), maxPattern)
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0, err
	}
	parts := treeParts(tree)
	if parts > maxPatternParts {
		return 0, fmt.Errorf("the pattern has %.0f parts once its repetitions are expanded; the limit is %d", parts, maxPatternParts)
	}
	return parts, nil
}

func treeParts(tree *syntax.Regexp) float64 {
	parts := 1 + float64(len(tree.Rune))/2
	for _, sub := range tree.Sub {
		parts += treeParts(sub)
	}
	if tree.Op == syntax.OpRepeat {
		parts *= float64(max(tree.Min, tree.Max, 1))
	}
	return parts
}

// patternOperation matches a pattern and pays for each search. A pattern that the
// expression writes out is compiled once.
func patternOperation(call interpreter.InterpretableCall) operation {
	get := func(b *budget, v ref.Val) (*pattern, error) {
		b.spend(partCost * textBytes(v))
		p, err := newPattern(textOf(v))
		if err == nil {
			b.spend(partCost * p.parts)
		}
		return p, err
	}
	if written, is := call.Args()[1].(interpreter.InterpretableConst); is {
		once := sync.OnceValues(func() (*pattern, error) { return newPattern(textOf(written.Value())) })
		get = func(*budget, ref.Val) (*pattern, error) { return once() }
	}
	return func(b *budget, args []ref.Val) ref.Val {
		text, isText := args[0].(types.String)
		if _, isPattern := args[1].(types.String); !isText || !isPattern {
			return types.NewErr("no such overload: %s", call.Function())
		}
		p, err := get(b, args[1])
		if err != nil {
			return types.NewErr("failed to parse the pattern: %v", err)
		}
		b.spend(1 + float64(len(text))*p.parts/stepsPerUnit)
		switch call.Function() {
		case "matches":
			return types.Bool(p.MatchString(string(text)))
		case "find":
			return types.String(p.FindString(string(text)))
		}
		most := -1
		if len(args) == 3 {
			n, is := args[2].(types.Int)
			if !is {
				return types.NewErr("no such overload: %s", call.Function())
			}
			most = int(n)
		}
		return types.NewStringList(types.DefaultTypeAdapter, p.findAll(b, string(text), most))
	}
}

// findAll finds what matches, at most so many unless most is negative. It looks at
// the budget at each of them: one search after the other may go over the same text.
func (p *pattern) findAll(b *budget, text string, most int) []string {
	found := []string{}
	p.ReplaceAllStringFunc(text, func(match string) string {
		b.spend(itemCost)
		if most < 0 || len(found) < most {
			found = append(found, match)
		}
		return ""
	})
	return found
}

// patternValidator finds patterns at fault when a check is read.
type patternValidator struct{}

// Name is that of cel-go's own validator, which compiles patterns of any size.
func (patternValidator) Name() string { return "cel.validator.matches" }

// Validate looks at each pattern that is written out.
func (patternValidator) Validate(_ *cel.Env, _ cel.ValidatorConfig, a *ast.AST, issues *cel.Issues) {
	isPattern := func(e ast.NavigableExpr) bool {
		return e.Kind() == ast.CallKind && slices.Contains([]string{"matches", "find", "findAll"}, e.AsCall().FunctionName())
	}
	for _, call := range ast.MatchDescendants(ast.NavigateAST(a), isPattern) {
		args := call.AsCall().Args()
		if call.AsCall().IsMemberFunction() {
			args = append([]ast.Expr{call.AsCall().Target()}, args...)
		}
		if len(args) < 2 || args[1].Kind() != ast.LiteralKind {
			continue
		}
		if text, is := args[1].AsLiteral().(types.String); is {
			if _, err := patternParts(string(text)); err != nil {
				issues.ReportErrorAtID(args[1].ID(), "invalid matches argument: %v", err)
			}
		}
	}
}
