package parse

import (
	"strconv"
	"strings"
)

// Print is a command as jobs shows it.
func Print(c Command) string {
	switch c := c.(type) {
	case *Simple:
		return printSimple(c)
	case *Pipe:
		return joined(c.Commands, " | ")
	case *List:
		return joined(c.Commands, "; ")
	case *Not:
		return "! " + Print(c.Of)
	case *AndOr:
		return Print(c.Left) + map[bool]string{true: " || ", false: " && "}[c.Or] + Print(c.Right)
	case *Background:
		return Print(c.Of) + " &"
	case *Subshell:
		return "(" + Print(c.Body) + ")"
	case *If:
		return "if " + Print(c.Cond) + "; then ..."
	case *Loop:
		return map[bool]string{true: "until ", false: "while "}[c.Until] + Print(c.Cond) + "; do " + Print(c.Body) + "; done"
	case *For:
		return "for " + c.Name + " in ..."
	case *Case:
		return "case " + printWord(c.Word) + " in ..."
	case *Function:
		return c.Name + "() { ... }"
	case *Redirected:
		return strings.TrimSpace(Print(c.Of) + printRedirs(c.Redirs))
	}
	return ""
}

func joined(all []Command, with string) string {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = Print(c)
	}
	return strings.Join(texts, with)
}

func printSimple(c *Simple) string {
	var words []string
	for _, w := range append(append([]*Word(nil), c.Assigns...), c.Words...) {
		words = append(words, printWord(w))
	}
	return strings.TrimSpace(strings.Join(words, " ") + printRedirs(c.Redirs))
}

func printRedirs(all []*Redir) string {
	var out strings.Builder
	for _, r := range all {
		out.WriteByte(' ')
		if r.FD > 1 || r.FD == 1 && r.Op[0] == '<' {
			out.WriteString(strconv.Itoa(r.FD))
		}
		out.WriteString(r.Op + printWord(r.Word))
	}
	return out.String()
}

func printWord(w *Word) string {
	var out strings.Builder
	for _, part := range w.Parts {
		switch p := part.(type) {
		case *Lit:
			if p.Quoted && p.Text != "" {
				out.WriteString(`"` + p.Text + `"`)
			} else {
				out.WriteString(p.Text)
			}
		case *Param:
			out.WriteString("${" + p.Name + "}")
		case *Subst:
			out.WriteString("$(...)")
		case *Arith:
			out.WriteString("$((...))")
		}
	}
	return out.String()
}
