// Package parse parses the language of busybox's ash: one command at a time,
// with ash's own error messages. Syntax of other shells is plain text here, or
// a syntax error, as in ash.
package parse

// Command is one of the types below.
type Command interface{ command() }

// The commands.
type (
	// Simple is assignments, words and redirections.
	Simple struct {
		Assigns []*Word // each begins with "NAME="
		Words   []*Word
		Redirs  []*Redir
		Line    int
	}
	// Pipe is commands joined by "|".
	Pipe struct{ Commands []Command }
	// Not is "! COMMAND".
	Not struct{ Of Command }
	// AndOr is "A && B", or "A || B".
	AndOr struct {
		Left, Right Command
		Or          bool
	}
	// List is commands one after the other.
	List struct{ Commands []Command }
	// Background is "COMMAND &".
	Background struct{ Of Command }
	// Subshell is "(COMMAND)".
	Subshell struct {
		Body Command
		Line int
	}
	// If is one branch; Else may be a further If, or nil.
	If struct{ Cond, Then, Else Command }
	// Loop is while and until.
	Loop struct {
		Cond, Body Command
		Until      bool
	}
	// For runs its body with each word; without In with each parameter.
	For struct {
		Name  string
		In    bool
		Words []*Word
		Body  Command
		Line  int
	}
	// Case runs the first item that matches.
	Case struct {
		Word  *Word
		Items []CaseItem
		Line  int
	}
	// CaseItem is one branch of Case.
	CaseItem struct {
		Patterns []*Word
		Body     Command // may be nil
	}
	// Function defines one.
	Function struct {
		Name string
		Body Command
	}
	// Redirected is a compound command with redirections.
	Redirected struct {
		Of     Command
		Redirs []*Redir
	}
)

func (*Simple) command()     {}
func (*Pipe) command()       {}
func (*Not) command()        {}
func (*AndOr) command()      {}
func (*List) command()       {}
func (*Background) command() {}
func (*Subshell) command()   {}
func (*If) command()         {}
func (*Loop) command()       {}
func (*For) command()        {}
func (*Case) command()       {}
func (*Function) command()   {}
func (*Redirected) command() {}

// Redir is a redirection: "N OP WORD".
type Redir struct {
	FD int
	// Op is one of "<", ">", ">>", "<>", ">|", "<&", ">&", "<<" and "&>".
	Op   string
	Word *Word
	// Body is the text of a here-document.
	Body *Word
	Line int
}

// Word is what becomes arguments.
type Word struct{ Parts []Part }

// Part is one of the types below.
type Part interface{ part() }

// The parts of a word.
type (
	// Lit is text. Quoted text is never split, nor a pattern.
	Lit struct {
		Text   string
		Quoted bool
	}
	// Param is a parameter, with what is made of it: Op is "", "len", one of "-=?+"
	// with Colon or without, "#", "##", "%", "%%", ":" for a part of it, "/" or
	// "//".
	Param struct {
		Name   string
		Op     string
		Colon  bool
		Arg    *Word
		Second *Word // the length of ":", the replacement of "/"; may be nil
		Quoted bool
	}
	// Subst is "$(COMMAND)".
	Subst struct {
		Body   Command // nil where there is none
		Quoted bool
	}
	// Arith is "$((TEXT))".
	Arith struct {
		Text   *Word
		Quoted bool
	}
)

func (*Lit) part()   {}
func (*Param) part() {}
func (*Subst) part() {}
func (*Arith) part() {}

// Plain is the text of a word that is only unquoted text.
func (w *Word) Plain() (string, bool) {
	if len(w.Parts) != 1 {
		return "", len(w.Parts) == 0
	}
	lit, ok := w.Parts[0].(*Lit)
	return text(lit), ok && !lit.Quoted
}

func text(l *Lit) string {
	if l == nil {
		return ""
	}
	return l.Text
}

// Assignment is the name before a word's "=", if it is an assignment.
func (w *Word) Assignment() (string, bool) {
	if len(w.Parts) == 0 {
		return "", false
	}
	lit, ok := w.Parts[0].(*Lit)
	if !ok || lit.Quoted {
		return "", false
	}
	for i := range len(lit.Text) {
		if lit.Text[i] == '=' {
			return lit.Text[:i], ValidName(lit.Text[:i])
		}
	}
	return "", false
}

// Value is what follows the "=" of an assignment.
func (w *Word) Value() *Word {
	name, _ := w.Assignment()
	first := &Lit{Text: text(w.Parts[0].(*Lit))[len(name)+1:]}
	return &Word{append([]Part{first}, w.Parts[1:]...)}
}

// ValidName reports whether a variable can have the name.
func ValidName(name string) bool {
	for i := range len(name) {
		if !nameByte(name[i], i == 0) {
			return false
		}
	}
	return name != ""
}

func nameByte(b byte, first bool) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || !first && digit(b)
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
