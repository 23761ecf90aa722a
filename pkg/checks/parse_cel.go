package checks

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
)

// place turns a place inside an expression (lines from 1, columns from 0) into
// the line of the block and the column of the file. A folded or wrapped
// expression has lost its lines, then it is the place where it begins.
func (p *parser) place(n *yaml.Node, line, column int) (atLine, atColumn int) {
	switch {
	case n.Style&yaml.LiteralStyle != 0:
		return n.Line + line, p.indent(n.Line+1) + column + 1
	case n.Style&yaml.FoldedStyle != 0, line > 1, !p.inline(n):
		return n.Line, n.Column
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return n.Line, n.Column + column + 1
	default:
		return n.Line, n.Column + column
	}
}

// inline reports that a scalar is written on one line as it is.
func (p *parser) inline(n *yaml.Node) bool {
	return strings.Contains(string(p.sourceLine(n.Line)), n.Value)
}

// indent is how far the first line with something on it is set in.
func (p *parser) indent(line int) int {
	text := p.sourceLine(line)
	for len(bytes.TrimSpace(text)) == 0 && text != nil {
		line++
		text = p.sourceLine(line)
	}
	return len(text) - len(bytes.TrimLeft(text, " "))
}

func (p *parser) sourceLine(line int) []byte {
	if p.lines == nil {
		p.lines = bytes.Split(p.src, []byte("\n"))
	}
	if line < 1 || line > len(p.lines) {
		return nil
	}
	return p.lines[line-1]
}

// compile turns an expression of a check into a condition. It reports faults with
// the column and returns nil for them, and for no expression.
func (p *parser) compile(n *yaml.Node, c Check) *expr.Condition {
	if n == nil || strings.TrimSpace(n.Value) == "" {
		return nil
	}
	compiled, faults := expr.Compile(n.Value, c.probe().environment())
	for _, f := range faults {
		if f.Line == 0 {
			p.add(n, "%s", f.Text)
			continue
		}
		line, column := p.place(n, f.Line, f.Column)
		p.addColumn(line, column, f.Text)
	}
	return compiled
}
