package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// What an expression reads is decided by what it was compiled to, never by its
// text: a field may be called "status", and a text may say "error".

// reading is where an expression reads: a variable and the keys that lead on from
// it. anyKey is an item of a list, or a key known only when the expression runs.
type reading []string

const anyKey = "*"

func (p reading) then(key string) reading { return append(slices.Clip(p), key) }

// within reports that a reading is the one that the keys name, or within it.
func (p reading) within(keys ...string) bool {
	return len(p) >= len(keys) && slices.Equal(p[:len(keys)], keys)
}

// readsOf lists what a part of an expression reads, each as far as it
// is known. What is read as a whole is listed as a whole.
func readsOf(e ast.Expr) []reading {
	r := reader{items: map[string]reading{}}
	r.visit(e)
	return r.readings
}

// reader collects readings. items are those that variables of loops go through.
type reader struct {
	readings []reading
	items    map[string]reading
}

// reading is what a part reads without changing it, false when it is computed.
func (r *reader) reading(e ast.Expr) (reading, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		name := e.AsIdent()
		if p, bound := r.items[name]; bound {
			return p, p != nil
		}
		return reading{name}, true
	case ast.SelectKind:
		p, ok := r.reading(e.AsSelect().Operand())
		return p.then(e.AsSelect().FieldName()), ok
	case ast.CallKind:
		call := e.AsCall()
		switch call.FunctionName() {
		case operators.Index, operators.OptIndex, operators.OptSelect:
			p, ok := r.reading(call.Args()[0])
			return p.then(r.key(call.Args()[1])), ok
		}
	default:
	}
	return nil, false
}

// key is a key that is written out. Of any other, what it reads is read too.
func (r *reader) key(e ast.Expr) string {
	if e.Kind() == ast.LiteralKind {
		if s, is := e.AsLiteral().(types.String); is {
			return string(s)
		}
		return anyKey
	}
	r.visit(e)
	return anyKey
}

func (r *reader) visit(e ast.Expr) {
	if p, ok := r.reading(e); ok {
		r.readings = append(r.readings, p)
		return
	}
	switch e.Kind() {
	case ast.SelectKind:
		r.visit(e.AsSelect().Operand())
	case ast.CallKind:
		r.call(e.AsCall())
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			r.visit(item)
		}
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			r.visit(entry.AsMapEntry().Key())
			r.visit(entry.AsMapEntry().Value())
		}
	case ast.ComprehensionKind:
		r.loop(e.AsComprehension())
	default:
	}
}

func (r *reader) call(call ast.CallExpr) {
	args := call.Args()
	switch call.FunctionName() {
	case operators.In, operators.OldIn:
		// "key" in object asks for one key.
		if p, ok := r.reading(args[1]); ok && args[0].Kind() == ast.LiteralKind {
			r.readings = append(r.readings, p.then(r.key(args[0])))
			return
		}
	}
	if call.IsMemberFunction() {
		r.visit(call.Target())
	}
	for _, arg := range args {
		r.visit(arg)
	}
}

func (r *reader) loop(c ast.ComprehensionExpr) {
	r.visit(c.IterRange())
	items, _ := r.reading(c.IterRange())
	if items != nil {
		items = items.then(anyKey)
	}
	r.visit(c.AccuInit())
	outside := r.items
	r.items = maps.Clone(outside)
	r.items[c.IterVar()], r.items[c.AccuVar()] = items, nil
	if c.HasIterVar2() {
		r.items[c.IterVar()], r.items[c.IterVar2()] = nil, items
	}
	for _, part := range []ast.Expr{c.LoopCondition(), c.LoopStep(), c.Result()} {
		r.visit(part)
	}
	r.items = outside
}

// ReadsVariable reports that an expression reads a variable of its probe.
func (c *Condition) ReadsVariable(name string) bool {
	return c != nil && slices.ContainsFunc(readsOf(c.ast.NativeRep().Expr()), func(p reading) bool { return p.within(name) })
}

// ReadsField reports that an expression reads a field of a type of its environment,
// whatever way it came to the value.
func (c *Condition) ReadsField(of, field string) bool {
	if c == nil {
		return false
	}
	isField := func(e ast.NavigableExpr) bool {
		if e.Kind() != ast.SelectKind || e.AsSelect().IsTestOnly() || e.AsSelect().FieldName() != field {
			return false
		}
		return c.ast.NativeRep().GetType(e.AsSelect().Operand().ID()).IsExactType(cel.ObjectType(of))
	}
	return len(ast.MatchDescendants(ast.NavigateAST(c.ast.NativeRep()), isField)) > 0
}

// ReadsCluster reports that the part, of an expression on an object, reads what the
// cluster writes, so that waiting may change it.
func (s Shortfall) ReadsCluster() bool {
	return slices.ContainsFunc(readsOf(s.part), func(p reading) bool {
		switch {
		case !p.within("object"):
			return false
		case len(p) == 1 || p[1] == anyKey || kube.ClusterWrites(strings.Join(p[1:], ".")):
			return true
		case len(p) > 2 && p[1] == "metadata":
			return slices.Contains([]string{
				"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "managedFields", "ownerReferences",
			}, p[2])
		}
		return p.within("object", "spec", "clusterIPs")
	})
}

// ReadsKey reports that an expression reads a key anywhere.
func (c *Condition) ReadsKey(key string) bool {
	if c == nil {
		return false
	}
	reads := false
	ast.PostOrderVisit(c.ast.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		reads = reads || readsKey(e, key)
	}))
	return reads
}

// readsKey reports that a part of an expression reads a key, as a.key or as a["key"].
func readsKey(e ast.Expr, key string) bool {
	switch e.Kind() {
	case ast.SelectKind:
		return e.AsSelect().FieldName() == key
	case ast.CallKind:
		call := e.AsCall()
		if name := call.FunctionName(); (name == operators.Index || name == operators.OptIndex || name == operators.OptSelect) && len(call.Args()) == 2 {
			name := call.Args()[1]
			return name.Kind() == ast.LiteralKind && name.AsLiteral().Value() == key
		}
	}
	return false
}
