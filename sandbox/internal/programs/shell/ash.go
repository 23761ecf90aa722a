package shell

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The interpreter would answer $$ and $PPID with numbers of the machine.
const (
	pidVariable    = "_sandbox_pid"
	parentVariable = "_sandbox_ppid"
)

// parser reads more than busybox does, as the interpreter's POSIX language
// lacks what busybox has: export and local, [[ and others; toAsh refuses the
// rest.
func parser() *syntax.Parser { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }

// readScript reads a whole script, by the rules of busybox's ash.
func (s *shell) readScript(r io.Reader) (*syntax.File, error) {
	script, err := io.ReadAll(io.LimitReader(r, mostScript+1))
	if err != nil {
		return nil, err
	}
	if err := bounded(string(script)); err != nil {
		return nil, syntaxError(err.Error())
	}
	file, err := parser().Parse(bytes.NewReader(script), s.name)
	if err != nil {
		return nil, fault(err)
	}
	return file, toAsh(file)
}

// syntaxError is a fault in ash's words.
type syntaxError string

func (e syntaxError) Error() string { return "syntax error: " + string(e) }

// fault is the parser's error in ash's words, as near as it can be told.
func fault(err error) error {
	e, ok := errors.AsType[syntax.ParseError](err)
	if !ok {
		return syntaxError(err.Error())
	}
	if strings.Contains(e.Text, "closing quote") {
		return syntaxError("unterminated quoted string")
	}
	if syntax.IsIncomplete(err) {
		for _, word := range []string{"then", "fi", "done", "do", "esac", "}", ")"} {
			if strings.Contains(e.Text, "`"+word+"`") {
				return syntaxError(fmt.Sprintf("unexpected end of file (expecting %q)", word))
			}
		}
		if strings.Contains(e.Text, "`if`") || strings.Contains(e.Text, "`if ") {
			return syntaxError(`unexpected end of file (expecting "then")`)
		}
		return syntaxError("unexpected end of file")
	}
	if _, rest, ok := strings.Cut(e.Text, "`"); ok {
		if word, _, ok := strings.Cut(rest, "`"); ok {
			return syntaxError(fmt.Sprintf("unexpected %q", word))
		}
	}
	return syntaxError(e.Text)
}

// toAsh refuses what bash has and ash has not, with ash's words, and rewrites
// what the two read differently.
func toAsh(node syntax.Node) error {
	var err error
	syntax.Walk(node, func(n syntax.Node) bool {
		if err == nil {
			err = refuse(n)
		}
		switch n := n.(type) {
		case *syntax.ParamExp:
			rename(n)
		case *syntax.Stmt:
			undeclare(n)
		case *syntax.CallExpr:
			for _, word := range n.Args {
				plainBraces(word)
			}
		}
		return err == nil
	})
	return err
}

func refuse(node syntax.Node) error {
	switch n := node.(type) {
	case *syntax.ArrayExpr:
		return syntaxError(`unexpected "("`)
	case *syntax.UnaryTest:
		if n.Op == syntax.TsUsrOwn || n.Op == syntax.TsGrpOwn {
			return syntaxError("[[ " + n.Op.String() + " is not supported by the sandbox's sh; [ " + n.Op.String() + " is")
		}
	case *syntax.ProcSubst:
		return syntaxError("<(...) is not supported by the sandbox's sh")
	case *syntax.ForClause:
		if _, ok := n.Loop.(*syntax.CStyleLoop); ok {
			return syntaxError("bad for loop variable")
		}
		if n.Select {
			return syntaxError(`unexpected "do"`)
		}
	case *syntax.Redirect:
		if n.Op == syntax.WordHdoc {
			return syntaxError("unexpected redirection")
		}
	case *syntax.BinaryCmd:
		if n.Op == syntax.PipeAll {
			return syntaxError(`unexpected "&"`)
		}
	case *syntax.ParamExp:
		if n.Excl || n.Index != nil || n.Names != 0 || n.Exp != nil && caseChange(n.Exp.Op) {
			return syntaxError("bad substitution")
		}
	}
	return nil
}

func caseChange(op syntax.ParExpOperator) bool {
	return op == syntax.UpperFirst || op == syntax.UpperAll || op == syntax.LowerFirst || op == syntax.LowerAll
}

// rename makes $$ and $PPID those of the container, and leaves empty what ash
// does not set.
func rename(n *syntax.ParamExp) {
	if n.Param == nil {
		return
	}
	switch n.Param.Value {
	case "$":
		n.Param.Value = pidVariable
	case "PPID":
		n.Param.Value = parentVariable
	case "UID", "EUID", "GID":
		n.Param.Value = "_sandbox_none"
	}
}

// undeclare makes plain commands, which are not found, of the declarations that
// only bash has.
func undeclare(n *syntax.Stmt) {
	d, ok := n.Cmd.(*syntax.DeclClause)
	if ok && (d.Variant.Value == "declare" || d.Variant.Value == "typeset" || d.Variant.Value == "nameref") {
		n.Cmd = &syntax.CallExpr{Args: []*syntax.Word{{Parts: []syntax.WordPart{d.Variant}}}}
	}
}

// plainBraces keeps {a,b} as it stands.
func plainBraces(word *syntax.Word) {
	for _, part := range word.Parts {
		if lit, ok := part.(*syntax.Lit); ok && strings.Contains(lit.Value, "{") && !strings.Contains(lit.Value, `\`) {
			lit.Value = strings.ReplaceAll(lit.Value, "{", `\{`)
		}
	}
}

// lastCommand is where the command stands that a script ends with, if it is a
// simple one: ash runs it in its own place.
func lastCommand(statements []*syntax.Stmt) syntax.Pos {
	if len(statements) == 0 {
		return syntax.Pos{}
	}
	last := statements[len(statements)-1]
	if last.Background || last.Negated {
		return syntax.Pos{}
	}
	switch command := last.Cmd.(type) {
	case *syntax.CallExpr:
		return command.Pos()
	case *syntax.BinaryCmd:
		if command.Op == syntax.AndStmt || command.Op == syntax.OrStmt {
			return lastCommand([]*syntax.Stmt{command.Y})
		}
	}
	return syntax.Pos{}
}
