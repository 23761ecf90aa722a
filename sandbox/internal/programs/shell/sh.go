// Package shell is /bin/sh of the sandbox's images: busybox's ash, written again in
// Go. Its syntax (package parse), behavior and messages are ash's. A subshell, a
// part of a pipe and a background command are processes of the container with their
// own PIDs, which signals reach. Nothing that a script does reaches the machine
// itself: files, programs and signals are the container's, and a script's memory
// and stack are limited.
package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// shell is one running shell, or a subshell.
type shell struct {
	p   *container.Process
	ctx context.Context //nolint:containedctx // a shell has the life of its process

	name   string // $0
	pid    int    // $$, which a subshell shares
	dir    string
	umask  os.FileMode
	params []string
	// paramSize is what "set" has made of memory.
	paramSize int64
	vars      *variables
	funcs     map[string]*parse.Function
	aliases   map[string]string
	options   map[byte]bool
	files     map[int]*stream.File

	// status is the exit code of the last command, substituted that of the last
	// one in "$(...)", -1 where there was none.
	status, substituted int
	// levels is how many loops break and continue still have to leave.
	levels int
	// loops and calls are how many loops, functions and files the command is in.
	loops, calls int
	depth        int
	// line is that of the command, builtin its name in complaints.
	line    int
	builtin string
	// getopts is the position of getopts in a group of options.
	group int

	background int
	jobs       []*job
	traps      traps

	// subshell says that this is a subshell.
	subshell    bool
	interactive bool
	terminal    *tty.Terminal
	interrupts  chan struct{}
}

// Sh is /bin/sh: "sh [-eux...] [-i] [-c COMMAND [NAME [ARG]...] | FILE [ARG]...]".
// Without a command it reads from its input, with a prompt on a terminal.
func Sh(ctx context.Context, p *container.Process) int {
	s := open(ctx, p)
	defer s.closeAll()
	begin, err := s.arguments(p.Args[1:])
	if err != nil {
		return s.finish(err)
	}
	return s.finish(begin())
}

func open(ctx context.Context, p *container.Process) *shell {
	s := &shell{
		p: p, ctx: ctx, name: p.Args[0], pid: p.PID, umask: 0o022,
		vars: newVariables(p.Env), funcs: map[string]*parse.Function{}, aliases: map[string]string{}, options: map[byte]bool{},
		traps: newTraps(p), interrupts: make(chan struct{}, 1),
	}
	if s.dir = p.Dir; s.dir == "" {
		s.dir = "/"
	}
	s.vars.put("PWD", variable{value: s.dir, set: true, exported: true})
	s.vars.put("PPID", variable{value: strconv.Itoa(p.Parent()), set: true})
	if level, err := strconv.Atoi(s.value("SHLVL")); err == nil {
		s.vars.put("SHLVL", variable{value: strconv.Itoa(level + 1), set: true, exported: true})
	} else {
		s.vars.put("SHLVL", variable{value: "1", set: true, exported: true})
	}
	s.files = map[int]*stream.File{0: stream.In(p.Stdin), 1: stream.Out(p.Stdout), 2: stream.Out(p.Stderr)}
	return s
}

// arguments parses the options and returns what to run.
func (s *shell) arguments(args []string) (func() error, error) {
	command := false
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		flags := args[0]
		args = args[1:]
		if flags == "--" {
			break
		}
		if flags[1:] == "o" {
			if len(args) == 0 || !s.setOption(args[0], flags[0] == '-') {
				return nil, s.fault("illegal option -o %s", strings.Join(args[:min(1, len(args))], ""))
			}
			args = args[1:]
			continue
		}
		for i := range len(flags[1:]) {
			c := flags[i+1]
			if c != 'c' && c != 's' && c != 'l' && c != 'i' && !isOption(c) {
				return nil, s.fault("illegal option -%c", c)
			}
			command = command || c == 'c'
			s.options[c] = flags[0] == '-'
		}
	}
	s.interactive = s.options['i']
	if command {
		if len(args) == 0 {
			return nil, s.fault("-c requires an argument")
		}
		script := args[0]
		if len(args) > 1 {
			s.name, s.params = args[1], args[2:]
		}
		return func() error { return s.source(parse.Text(script), 0, isLast) }, nil
	}
	if len(args) > 0 && !s.options['s'] {
		s.params = args[1:]
		return func() error { return s.file(args[0]) }, nil
	}
	s.params = args
	return s.input, nil
}

// input reads commands from stdin.
func (s *shell) input() error {
	s.options['s'] = true
	if s.interactive = s.interactive || s.p.TTY; s.interactive {
		return s.converse()
	}
	return s.source(&byLine{s: s}, 1, 0)
}

// file runs a script.
func (s *shell) file(name string) error {
	text, err := s.readScript(name)
	if err != nil {
		return s.fault("can't open '%s': %s", name, reason(err, "No such file or directory"))
	}
	s.name, s.builtin = name, name
	return s.source(parse.Text(text), 1, 0)
}

var errScript = errors.New("a script this large is not supported by the sandbox")

func (s *shell) readScript(name string) (string, error) {
	f, err := s.p.Files.OpenFile(s.absolute(name), os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, parse.MostScript+1))
	if err == nil && len(text) > parse.MostScript {
		err = errScript
	}
	return string(text), err
}

// byLine reads commands from the shell's input, as much at once as there is: what
// follows a command is not there for it to read, as in ash.
type byLine struct {
	s    *shell
	rest []byte
}

// inputSize is how much is read at once.
const inputSize = 1023

func (b *byLine) Line(bool) (string, error) {
	var line strings.Builder
	for line.Len() < parse.MostScript {
		if end := bytes.IndexByte(b.rest, '\n') + 1; end > 0 {
			line.Write(b.rest[:end])
			b.rest = b.rest[end:]
			return line.String(), nil
		}
		line.Write(b.rest)
		b.rest = make([]byte, inputSize)
		n, err := b.s.files[0].Read(b.s.ctx, b.rest)
		b.rest = b.rest[:n]
		switch {
		case b.s.ctx.Err() != nil:
			return "", errDead
		case n > 0 || err == nil:
		case line.Len() > 0:
			return line.String(), nil
		default:
			return "", io.EOF
		}
	}
	return "", parse.ErrLarge
}

// source runs the commands of a source, a line at a time. With isLast, the last
// one may take the shell's place.
func (s *shell) source(from parse.Source, line int, how how) error {
	p := parse.New(from, line)
	p.Alias = s.alias
	ran := false
	for {
		c, err := p.Next()
		if err != nil {
			if !ran {
				s.status = 0
			}
			return s.ended(err)
		}
		if c == nil {
			continue
		}
		ran = true
		now := how
		if how&isLast != 0 && !p.AtEnd() {
			now &^= isLast
		}
		if err := s.eval(c, now); err != nil {
			return err
		}
	}
}

// ended turns the end of a source into the shell's flow.
func (s *shell) ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	if flow, ok := errors.AsType[flow](err); ok {
		return flow
	}
	if e, ok := errors.AsType[*parse.Error](err); ok {
		s.line = e.Line
	}
	return s.fault("%v", err)
}

func (s *shell) alias(name string) (string, bool) {
	text, ok := s.aliases[name]
	return text, ok
}
