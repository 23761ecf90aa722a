package shell

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// converse runs an interactive shell.
func (s *shell) converse() error {
	// Nothing comes of the last two, but what it starts does hear them.
	s.p.Catch(container.SIGINT, container.SIGQUIT, container.SIGTERM)
	if s.p.TTY {
		s.terminal = tty.New(s.ctx, s.p.Stdin, s.p.Stdout)
		s.replace(1, stream.Out(tty.Newlines(s.p.Stdout)))
		s.replace(2, stream.Out(tty.Newlines(s.p.Stderr)))
	}
	from := &typed{s, &byLine{s: s}}
	p := parse.New(from, 1)
	p.Alias = s.alias
	for {
		c, err := p.Next()
		switch {
		case err == nil && c != nil:
			err = s.foreground(c)
		case errors.Is(err, io.EOF):
			_, _ = io.WriteString(s.stderr(), "\n") // without stderr there is nowhere to report it
			return nil
		case errors.Is(err, tty.ErrInterrupt):
			p, s.status = parse.New(from, 1), 128+int(container.SIGINT)
			p.Alias = s.alias
			continue
		case errors.Is(err, parse.ErrLarge): // It is not interactive.
			return s.ended(err)
		case err != nil:
			err = s.ended(err)
		}
		switch {
		case err == nil, errors.Is(err, errBreak), errors.Is(err, errContinue):
		case errors.Is(err, errFault), errors.Is(err, errInterrupt):
			s.builtin, s.loops, s.depth = "", 0, 0
			p.Skip()
		default:
			return err
		}
	}
}

// typed are the lines of a terminal, with a prompt before each.
type typed struct {
	s     *shell
	lines *byLine
}

func (t *typed) Line(more bool) (string, error) {
	s := t.s
	prompt := s.value("PS2")
	if !more {
		s.tellJobs()
		prompt = s.prompt()
	}
	if s.terminal == nil { // "sh -i" without a terminal
		_, _ = io.WriteString(s.stderr(), prompt) // as above
		return t.lines.Line(more)
	}
	line, err := s.terminal.ReadLine(s.ctx, prompt)
	if s.ctx.Err() != nil {
		return "", errDead
	}
	return line + "\n", err
}

// tellJobs prints which jobs have ended since.
func (s *shell) tellJobs() {
	for _, j := range append([]*job(nil), s.jobs...) {
		if j.done() && !j.waited {
			s.show(j, false)
			j.waited = true
		}
	}
}

// prompt is PS1 with busybox's expansions: "/ # ", with ~ for the home folder.
func (s *shell) prompt() string {
	dir, sign := s.dir, "$"
	if home, ok := s.get("HOME"); ok && dir == home {
		dir = "~"
	}
	if s.p.User.UID == 0 {
		sign = "#"
	}
	user := "root"
	if s.p.User.UID != 0 {
		user = itoa(int(s.p.User.UID))
	}
	return strings.NewReplacer(`\w`, dir, `\W`, dir[strings.LastIndexByte(dir, '/')+1:], `\$`, sign, `\h`, s.p.Hostname, `\u`, user,
		`\n`, "\n", `\\`, `\`, `\e`, "\x1b", `\[`, "", `\]`, "").Replace(s.value("PS1"))
}

// foreground runs a command while the terminal passes it input and watches for
// Ctrl-C.
func (s *shell) foreground(c parse.Command) error {
	if s.terminal == nil {
		return s.eval(c, 0)
	}
	running, cancel := context.WithCancel(s.ctx)
	defer cancel()
	keys, attended := tty.NewQueue(), make(chan struct{})
	go func() {
		defer close(attended)
		s.terminal.Attend(running, keys, s.interrupt)
	}()
	before := s.files[0]
	if before != nil {
		before.Dup()
	}
	s.replace(0, stream.In(keys))
	err := s.eval(c, 0)
	s.replace(0, before)
	cancel()
	<-attended
	return err
}

// interrupt is Ctrl-C.
func (s *shell) interrupt() {
	select {
	case s.interrupts <- struct{}{}:
	default:
	}
}
