package render

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/kubectl-learn/kubectl-learn/internal/visible"
)

// alert is GitHub's marker for a quote that is a note. The quote's bar is enough here.
var alert = regexp.MustCompile(`(?m)^(> ?)\[!(?:NOTE|TIP|WARNING|CAUTION)\][ \t]*\n> ?`)

// Markdown renders prose for a terminal. What a terminal cannot show, such as
// HTML, is left out; nothing else is lost.
func (s Style) Markdown(source string) string {
	src := alert.ReplaceAll([]byte(visible.Text(source)), []byte("$1"))
	root := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(src))
	m := &markdown{style: s, src: src}
	return strings.TrimRight(m.blocks(root, ""), "\n") + "\n"
}

type markdown struct {
	style Style
	src   []byte
}

// blocks renders the children of a node, each line after indent, with an empty line
// between them.
func (m *markdown) blocks(parent ast.Node, indent string) string {
	var parts []string
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if out := m.block(n, indent); out != "" {
			parts = append(parts, out)
		}
	}
	return strings.Join(parts, "\n"+strings.TrimRight(indent, " ")+"\n")
}

func (m *markdown) block(n ast.Node, indent string) string {
	width := m.style.columns()
	switch n := n.(type) {
	case *ast.Heading:
		return m.style.wrap(m.inline(n, []string{bold}), indent, indent, width)
	case *ast.Paragraph, *ast.TextBlock:
		return m.style.wrap(m.inline(n, nil), indent, indent, width)
	case *ast.Blockquote:
		return m.blocks(n, indent+"│ ")
	case *ast.List:
		return m.list(n, indent)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return m.code(n, indent)
	case *ast.ThematicBreak:
		return indent + m.style.Dim(strings.Repeat("─", width-columns(indent)))
	case *extast.Table:
		return m.table(n, indent)
	}
	return ""
}

func (m *markdown) list(list *ast.List, indent string) string {
	var items []string
	number := list.Start
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		mark := "• "
		if list.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		hang := indent + strings.Repeat(" ", columns(mark))
		body := m.blocks(n, hang)
		items = append(items, indent+mark+strings.TrimPrefix(body, hang))
	}
	gap := "\n"
	if !list.IsTight {
		gap = "\n\n"
	}
	return strings.Join(items, gap)
}

func (m *markdown) code(n ast.Node, indent string) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.WriteString(indent + "  " + m.style.paint(strings.TrimRight(string(line.Value(m.src)), "\n"), cyan) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// table aligns its cells in columns; it doesn't shrink a table that is too wide.
func (m *markdown) table(t *extast.Table, indent string) string {
	var rows [][]string
	var widths []int
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			plain := plainText(m.inline(c, nil))
			if i := len(cells); i == len(widths) {
				widths = append(widths, 0)
			}
			widths[len(cells)] = max(widths[len(cells)], columns(plain))
			cells = append(cells, plain)
		}
		rows = append(rows, cells)
	}
	var b strings.Builder
	for i, cells := range rows {
		line := indent
		for j, c := range cells {
			line += c + strings.Repeat(" ", widths[j]-columns(c)+2)
		}
		line = strings.TrimRight(line, " ")
		if i == 0 {
			line = m.style.Bold(line)
		}
		b.WriteString(line + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func plainText(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}

// inline collects the styled text of a block.
func (m *markdown) inline(parent ast.Node, codes []string) []span {
	var out []span
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			out = append(out, span{text: string(n.Segment.Value(m.src)), codes: codes})
			switch {
			case n.HardLineBreak():
				out = append(out, span{text: "\n"})
			case n.SoftLineBreak() && !m.between(n):
				out = append(out, span{text: " "})
			}
		case *ast.String:
			out = append(out, span{text: string(n.Value), codes: codes})
		case *ast.CodeSpan:
			out = append(out, m.codeSpan(n, codes)...)
		case *ast.Emphasis:
			code := italic
			if n.Level == 2 {
				code = bold
			}
			out = append(out, m.inline(n, with(codes, code))...)
		case *ast.Link:
			out = append(out, m.inline(n, with(codes, under))...)
			out = append(out, span{text: " (" + string(n.Destination) + ")", codes: with(codes, dim)})
		case *ast.AutoLink:
			out = append(out, span{text: string(n.URL(m.src)), codes: with(codes, under)})
		default:
			out = append(out, m.inline(n, codes)...)
		}
	}
	return out
}

// codeSpan keeps its backquotes if there is no color to mark it.
func (m *markdown) codeSpan(n *ast.CodeSpan, codes []string) []span {
	body := plainText(m.inline(n, nil))
	if !m.style.Color {
		body = "`" + body + "`"
	}
	return []span{{text: body, codes: with(codes, cyan)}}
}

// between reports whether a line break in the source is between two wide characters,
// where Chinese has no space.
func (m *markdown) between(n *ast.Text) bool {
	before := []rune(string(n.Segment.Value(m.src)))
	next, ok := n.NextSibling().(*ast.Text)
	if !ok || len(before) == 0 {
		return false
	}
	after := []rune(string(next.Segment.Value(m.src)))
	return len(after) > 0 && runeColumns(before[len(before)-1]) > 1 && runeColumns(after[0]) > 1
}

func with(codes []string, code string) []string {
	return append(append([]string(nil), codes...), code)
}
