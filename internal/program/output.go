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

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && f != nil && term.IsTerminal(int(f.Fd()))
}

// Terminal is the learner's terminal, to ask questions on; ok is false if there is
// none.
func (p *Program) Terminal() (in, out *os.File, ok bool) {
	if !IsTerminal(p.In) || !IsTerminal(p.Out) {
		return nil, nil, false
	}
	return p.In.(*os.File), p.Out.(*os.File), true
}

// Interactive reports whether there is somebody to ask.
func (p *Program) Interactive() bool {
	_, _, ok := p.Terminal()
	return ok && p.Getenv("TERM") != "dumb"
}

// Style is what a stream can show.
func (p *Program) Style(stream io.Writer) render.Style {
	f, ok := stream.(*os.File)
	if !ok || !IsTerminal(f) {
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

// Write writes text that is already safe to show to stdout: the output of packages
// render and report, with its escape codes.
func (p *Program) Write(text string) error {
	_, err := io.WriteString(p.Out, text)
	return err
}

// Remark writes a message that is not a result to stderr.
func (p *Program) Remark(m lang.Message) {
	fmt.Fprintln(p.ErrOut, p.Say(m))
}
