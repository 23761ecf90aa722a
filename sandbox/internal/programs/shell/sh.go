// Package shell is /bin/sh of the sandbox's images: mvdan.cc/sh bound to a
// container's files, environment and programs, with the words of busybox.
// Nothing that a script does reaches the machine itself.
package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// Sh is /bin/sh: "sh [-e] [-x] [-i] [-c COMMAND [NAME [ARG]...] | FILE [ARG]...]".
// Without a command it reads from its input, with a prompt on a terminal.
func Sh(ctx context.Context, p *container.Process) int {
	s := &shell{p: p, name: p.Args[0], out: p.Stdout, traps: map[string]string{}, trapped: make(chan struct{})}
	if err := s.parse(p.Args[1:]); err != nil {
		s.complain("%v", err)
		return 2
	}
	if err := s.start(ctx); err != nil {
		s.complain("%v", err)
		return 2
	}
	switch {
	case s.command != "":
		return s.script(ctx, strings.NewReader(s.command))
	case s.file != "":
		return s.runFile(ctx)
	case s.terminal():
		return s.converse(ctx)
	}
	return s.stream(ctx)
}

// shell is one running sh.
type shell struct {
	p           *container.Process
	name        string
	out         io.Writer
	command     string
	file        string
	interactive bool
	options     []string
	params      []string
	runner      *interp.Runner
	// typed is what the terminal holds for the command in front.
	typed io.Reader

	// last is where the command stands that ends the script; it runs in the
	// shell's place. replaced says that the next one does.
	last     syntax.Pos
	replaced bool

	// captured is how many bytes "$(...)" has taken in that is being worked out.
	captured atomic.Int64

	// mu guards what follows; trapped is closed with the first trap.
	mu      sync.Mutex
	traps   map[string]string
	pending string // The action of a trapped signal that came.
	waiting bool   // The command in front is wait.
	trapped chan struct{}
}

// parse takes the options and what there is to run.
func (s *shell) parse(args []string) error {
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		flags := args[0]
		args = args[1:]
		if flags == "--" {
			break
		}
		for _, flag := range flags[1:] {
			switch flag {
			case 'c':
				if len(args) == 0 {
					return errors.New("-c requires an argument")
				}
				s.command, args = args[0], args[1:]
				// An empty command is done at once, too.
				s.command += "\n"
				if len(args) > 0 {
					s.name, s.params = args[0], args[1:]
				}
				args = nil
			case 'i', 'l', 's':
				s.interactive = s.interactive || flag == 'i'
			case 'e', 'u', 'x', 'f', 'n', 'a':
				s.options = append(s.options, flags[:1]+string(flag))
			default:
				return fmt.Errorf("illegal option -%c", flag)
			}
		}
	}
	if len(args) > 0 {
		s.file, s.name, s.params = args[0], args[0], args[1:]
	}
	return nil
}

// terminal reports whether someone types the commands.
func (s *shell) terminal() bool {
	return s.command == "" && s.file == "" && (s.p.TTY || s.interactive)
}

// start makes the interpreter.
func (s *shell) start(ctx context.Context) error {
	env := s.p.Env
	if !slices.ContainsFunc(env, func(e string) bool { return strings.HasPrefix(e, "HOME=") }) {
		env = append(slices.Clip(env), "HOME=/root")
	}
	if s.terminal() { // Such a shell is not to be ended by these.
		s.p.Catch(container.SIGINT, container.SIGQUIT, container.SIGTERM)
	}
	dir := s.p.Dir
	if dir == "" {
		dir = "/"
	}
	// A shell that reads its commands from stdin leaves nothing there for them.
	var stdin io.Reader
	if s.command != "" || s.file != "" {
		stdin = s.p.Stdin
	}
	if s.terminal() {
		s.out, s.p.Stderr = tty.Newlines(s.p.Stdout), tty.Newlines(s.p.Stderr)
	}
	vars := &hermetic{Environ: expand.ListEnviron(env...), starting: true, home: s.homeOf}
	var err error
	s.runner, err = interp.New(
		interp.Env(vars),
		// The option interp.Dir would look for the folder on the machine itself.
		func(r *interp.Runner) error { r.Dir = dir; return nil },
		interp.Params(append(append(s.options, "--"), s.params...)...),
		interp.StdIO(stdin, s.out, s.p.Stderr),
		interp.CallHandler(s.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
		interp.OpenHandler(s.open),
		interp.StatHandler(s.stat),
		interp.ReadDirHandler2(s.readDir),
		interp.AccessHandler(s.access),
	)
	if err != nil {
		return fmt.Errorf("failed to start the shell: %w", err)
	}
	s.runner.Reset()
	vars.starting = false
	own := fmt.Sprintf("%s=%d %s=%d", pidVariable, s.p.PID, parentVariable, s.p.Parent())
	file, err := syntax.NewParser().Parse(strings.NewReader(own), "")
	if err != nil {
		return fmt.Errorf("failed to start the shell: %w", err)
	}
	return s.runner.Run(ctx, file)
}

// hermetic hides the folder for temporary files while the interpreter starts:
// it would make pipes there, on the machine itself, for "<(...)".
//
// It knows the home folders of the container's users, which the interpreter asks
// for as variables before it asks the machine.
type hermetic struct {
	expand.Environ
	starting bool
	home     func(user string) string
}

func (h *hermetic) Get(name string) expand.Variable {
	if h.starting && name == "TMPDIR" {
		return expand.Variable{Set: true, Kind: expand.String, Str: "/dev/null/none"}
	}
	if user, ok := strings.CutPrefix(name, "HOME "); ok {
		return expand.Variable{Set: true, Kind: expand.String, Str: h.home(user)}
	}
	return h.Environ.Get(name)
}

func (s *shell) complain(format string, args ...any) {
	// Where stderr is gone there is nobody to tell.
	_, _ = fmt.Fprintf(s.p.Stderr, s.name+": "+format+"\n", args...)
}

// script runs a whole script.
func (s *shell) script(ctx context.Context, r io.Reader) int {
	file, err := s.readScript(r)
	if err != nil {
		s.complain("%v", err)
		return 2
	}
	s.last = lastCommand(file.Stmts)
	return s.heed(ctx, file)
}

func (s *shell) runFile(ctx context.Context) int {
	name := s.file
	if !path.IsAbs(name) {
		name = path.Join(s.p.Dir, name)
	}
	file, err := s.p.Files.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		s.name = s.p.Args[0]
		s.complain("can't open '%s': No such file or directory", s.file)
		return 2
	}
	defer func() { _ = file.Close() }() // it was only read
	return s.script(ctx, file)
}

// stream runs statements as they come in, for a shell in a pipe.
func (s *shell) stream(ctx context.Context) int {
	code := 0
	p := parser()
	for statements, err := range p.InteractiveSeq(s.p.Stdin) {
		if err != nil {
			s.complain("%v", fault(err))
			return 2
		}
		if p.Incomplete() {
			continue
		}
		for _, statement := range statements {
			if err := toAsh(statement); err != nil {
				s.complain("%v", err)
				return 2
			}
			if code = s.run(ctx, statement); s.runner.Exited() || ctx.Err() != nil {
				return code
			}
		}
	}
	return code
}

// run runs one node and returns its exit code.
func (s *shell) run(ctx context.Context, node syntax.Node) int {
	err := s.runner.Run(ctx, node)
	if ctx.Err() != nil {
		return 128 + int(container.SIGINT)
	}
	if status, ok := errors.AsType[interp.ExitStatus](err); ok {
		return int(status)
	}
	if err == nil {
		return 0
	}
	s.complain("%v", err)
	return 1
}
