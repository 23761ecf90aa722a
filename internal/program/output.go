package program

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/kubectl-learn/kubectl-learn/internal/render"
	"github.com/kubectl-learn/kubectl-learn/internal/visible"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// IsTerminal reports whether a file is one.
func IsTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

// Interactive reports whether there is somebody to ask.
func (p *Program) Interactive() bool {
	return IsTerminal(p.Stdin) && IsTerminal(p.Stdout) && p.Getenv("TERM") != "dumb"
}

// Style is what f can show.
func (p *Program) Style(f *os.File) render.Style {
	if !IsTerminal(f) {
		return render.Style{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return render.Style{Color: p.Getenv("NO_COLOR") == "" && p.Getenv("TERM") != "dumb", Width: width}
}

// Say is a message in the learner's language, safe to show.
func (p *Program) Say(m lang.Message) string { return visible.Text(m.In(p.Lang())) }

// Printf writes a result to stdout.
func (p *Program) Printf(format string, args ...any) error {
	return p.Write(visible.Text(fmt.Sprintf(format, args...)))
}

// Write writes what is safe to show to stdout: what package render or package report
// made, with its escape codes.
func (p *Program) Write(text string) error {
	_, err := io.WriteString(p.Stdout, text)
	return err
}

// Remark writes to stderr what is not a result.
func (p *Program) Remark(m lang.Message) {
	fmt.Fprintln(p.Stderr, p.Say(m))
}
