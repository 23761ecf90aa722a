package shell

import (
	"context"
	"errors"
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// converse is a shell on a terminal.
func (s *shell) converse(ctx context.Context) int {
	terminal := tty.New(ctx, s.p.Stdin, s.p.Stdout)
	code := 0
	for {
		statements, err := s.read(ctx, terminal)
		switch {
		case errors.Is(err, tty.ErrInterrupt):
			code = 130
			continue
		case errors.Is(err, io.EOF):
			_, _ = io.WriteString(s.out, "\n")
			return code
		case ctx.Err() != nil:
			return code
		case err != nil:
			s.complain("%v", fault(err))
			code = 2
			continue
		}
		for _, statement := range statements {
			if err := toAsh(statement); err != nil {
				s.complain("%v", err)
				code = 2
				break
			}
			if code = s.foreground(ctx, terminal, statement); s.runner.Exited() {
				return code
			}
		}
	}
}

// read reads lines until they are whole statements.
func (s *shell) read(ctx context.Context, terminal *tty.Terminal) ([]*syntax.Stmt, error) {
	var text strings.Builder
	prompt := s.prompt()
	for {
		line, err := terminal.ReadLine(ctx, prompt)
		if err != nil {
			return nil, err
		}
		text.WriteString(line + "\n")
		file, err := parser().Parse(strings.NewReader(text.String()), "")
		if err == nil {
			return file.Stmts, nil
		}
		if !syntax.IsIncomplete(err) {
			return nil, err
		}
		prompt = "> "
	}
}

// prompt is busybox's for root: "/ # ", with ~ for the home folder.
func (s *shell) prompt() string {
	dir := s.runner.Dir
	if dir == s.runner.Env.Get("HOME").String() {
		dir = "~"
	}
	if s.p.User.UID != 0 {
		return dir + " $ "
	}
	return dir + " # "
}

// foreground runs a statement while the terminal feeds it and watches for Ctrl-C.
func (s *shell) foreground(ctx context.Context, terminal *tty.Terminal, statement *syntax.Stmt) int {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	stdin, attended := tty.NewQueue(), make(chan struct{})
	go func() {
		defer close(attended)
		terminal.Attend(running, stdin, cancel)
	}()
	s.typed = stdin
	code := s.run(running, statement)
	cancel()
	<-attended
	return code
}
