package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// call diverts what the interpreter would do on the machine itself, and what
// it does not do, to the image's own commands.
func (s *shell) call(ctx context.Context, args []string) ([]string, error) {
	if tooDeep() {
		s.tell(interp.HandlerCtx(ctx), "Segmentation fault")
		return nil, interp.ExitStatus(segfault)
	}
	if err := s.account(interp.HandlerCtx(ctx), args); err != nil {
		return nil, interp.ExitStatus(128 + uint8(container.SIGKILL))
	}
	if len(args) > 1 && args[0] == "command" && !strings.HasPrefix(args[1], "-") {
		args = args[1:] // It only keeps functions out, and would go past what follows.
	}
	s.setWaiting(args[0] == "wait")
	if action, ok := s.takePending(); ok {
		return s.afterTrap(action, args)
	}
	if other, diverted := s.hermeticCall(interp.HandlerCtx(ctx), args); diverted {
		return other, nil
	}
	switch {
	case args[0] == "kill":
		return append([]string{killProgram}, args[1:]...), nil
	case args[0] == "exec" && len(args) > 1:
		s.replaced = true
	case args[0] == "declare" || args[0] == "typeset" || args[0] == "nameref":
		_, _ = io.WriteString(interp.HandlerCtx(ctx).Stderr, s.name+": "+args[0]+": not found\n")
		return []string{statusProgram, "127"}, nil
	case args[0] == "cd":
		return s.changeDir(ctx, args), nil
	case args[0] == "type":
		return s.types(ctx, args[1:]), nil
	case args[0] == "umask" && len(args) == 1:
		return []string{"echo", "0022"}, nil
	case args[0] == "umask", args[0] == "jobs":
		return []string{"true"}, nil
	case args[0] == "ulimit":
		return []string{"echo", "unlimited"}, nil
	case args[0] == "command" && len(args) > 1 && args[1] == "-v":
		if names := args[1:]; !interp.IsBuiltin(names[len(names)-1]) {
			return []string{"/usr/bin/which", names[len(names)-1]}, nil
		}
	case args[0] == "[[" && args[len(args)-1] == "]]":
		return append([]string{"test"}, args[1:len(args)-1]...), nil
	case args[0] == "trap":
		left, done := s.trap(args[1:])
		if done {
			return []string{"true"}, nil
		}
		return append([]string{"trap"}, left...), nil
	}
	return args, nil
}

// The names of commands that only the shell itself calls: its own kill, which
// speaks in the shell's name, and one that ends with a status.
const (
	killProgram   = "/bin/kill\x00"
	statusProgram = "\x00status"
)

// types says what each name stands for, in ash's words.
func (s *shell) types(ctx context.Context, names []string) []string {
	out := interp.HandlerCtx(ctx).Stdout
	status := "0"
	for _, name := range names {
		found := ""
		for dir := range strings.SplitSeq(s.runner.Env.Get("PATH").String(), ":") {
			if _, ok := s.p.Lookup(path.Join(dir, name)); ok && found == "" && dir != "" {
				found = path.Join(dir, name)
			}
		}
		line := name + ": not found"
		switch {
		case interp.IsBuiltin(name):
			line = name + " is a shell builtin"
		case found != "":
			line = name + " is " + found
		default:
			status = "127"
		}
		_, _ = io.WriteString(out, line+"\n") // where stdout is gone there is nobody to tell
	}
	return []string{statusProgram, status}
}

// changeDir says what busybox says of a folder that is not there.
func (s *shell) changeDir(ctx context.Context, args []string) []string {
	hc := interp.HandlerCtx(ctx)
	if len(args) != 2 || strings.HasPrefix(args[1], "-") {
		return args
	}
	info, err := s.p.Files.Stat(absolute(hc.Dir, args[1]))
	cause := "No such file or directory"
	switch {
	case err == nil && info.IsDir():
		return args
	case err == nil:
		cause = "Not a directory"
	case errors.Is(err, fs.ErrPermission):
		cause = "Permission denied"
	}
	line := "line 0: "
	if s.terminal() {
		line = ""
	}
	_, _ = fmt.Fprintf(hc.Stderr, "%s: cd: %scan't cd to %s: %s\n", s.name, line, args[1], cause)
	return []string{statusProgram, "2"}
}

// exec runs a program of the image.
func (s *shell) exec(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	switch args[0] {
	case statusProgram:
		code, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return interp.ExitStatus(code)
	}
	child := *s.p
	child.Args, child.Dir, child.Env = slices.Clone(args), filepath.ToSlash(hc.Dir), environment(hc.Env)
	if args[0] == killProgram {
		args = []string{strings.TrimSuffix(killProgram, "\x00")}
		child.Args[0] = s.name
	}
	program, fault := s.find(args[0], hc)
	if program == nil {
		return interp.ExitStatus(fault)
	}
	child.Stdin, child.Stdout, child.Stderr = hc.Stdin, s.capturing(hc), hc.Stderr
	child.TTY = s.p.TTY && hc.Stdout == s.out
	if child.Stdin == nil && s.typed != nil {
		child.Stdin = s.typed
	}
	if child.Stdin == nil {
		child.Stdin = strings.NewReader("")
	}
	code := s.launch(ctx, hc, program, child)
	if ctx.Err() != nil {
		return interp.ExitStatus(128 + container.SIGINT)
	}
	if code != 0 {
		return interp.ExitStatus(uint8(code)) //nolint:gosec // an exit code has eight bits
	}
	return nil
}

// launch runs a command as a process of its own. The last command of a script
// runs in the shell's place, as does what exec names.
func (s *shell) launch(ctx context.Context, hc interp.HandlerContext, program container.Program, child container.Process) int {
	if s.replaced || s.last.IsValid() && hc.Pos == s.last && !s.trapping() {
		s.p.Become(child.Args, child.Env)
		return program(ctx, &child)
	}
	return s.p.Spawn(ctx, program, child)
}

// find returns the program of a name, or the exit code of the complaint.
func (s *shell) find(name string, hc interp.HandlerContext) (container.Program, uint8) {
	full := name
	if strings.Contains(name, "/") {
		full = absolute(hc.Dir, name)
	}
	if s.p.Lookup != nil {
		if program, ok := s.p.Lookup(full); ok {
			return program, 0
		}
	}
	info, err := s.p.Files.Stat(full)
	switch {
	case !strings.Contains(name, "/"), err != nil:
		_, _ = io.WriteString(hc.Stderr, s.name+": "+name+": not found\n")
		return nil, 127
	case info.IsDir(), info.Mode()&0o111 == 0:
		_, _ = io.WriteString(hc.Stderr, s.name+": "+name+": Permission denied\n")
		return nil, 126
	}
	return func(ctx context.Context, p *container.Process) int {
		p.Args = append([]string{"sh", full}, p.Args[1:]...)
		p.Become(p.Args, p.Env)
		return Sh(ctx, p)
	}, 0
}

// environment is what a command gets of the shell's variables.
func environment(env expand.Environ) (list []string) {
	for name, variable := range env.Each {
		if variable.Exported && variable.Kind == expand.String && syntax.ValidName(name) {
			list = append(list, name+"="+variable.String())
		}
	}
	return list
}

func absolute(dir, name string) string {
	name = filepath.ToSlash(name)
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(filepath.ToSlash(dir), name)
}

// open opens what a redirection names.
func (s *shell) open(ctx context.Context, name string, flag int, perm os.FileMode) (io.ReadWriteCloser, error) {
	hc := interp.HandlerCtx(ctx)
	switch name {
	case "/dev/null":
		return stream{strings.NewReader(""), io.Discard}, nil
	case "/dev/stdin":
		return stream{hc.Stdin, io.Discard}, nil
	case "/dev/stdout", "/proc/1/fd/1", "/proc/self/fd/1":
		return stream{strings.NewReader(""), hc.Stdout}, nil
	case "/dev/stderr", "/proc/1/fd/2", "/proc/self/fd/2":
		return stream{strings.NewReader(""), hc.Stderr}, nil
	}
	file, err := s.p.Files.OpenFile(absolute(hc.Dir, name), flag, perm)
	if err != nil {
		return nil, complaint(s.name, name, flag, err)
	}
	return file, nil
}

// complaint says why a redirection failed, as busybox does. The interpreter
// prints it word by word.
func complaint(shell, name string, flag int, err error) error {
	words, missing := shell+": can't open", "no such file"
	if flag&os.O_CREATE != 0 {
		words, missing = shell+": can't create", "nonexistent directory"
	}
	cause := err
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		cause = e.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		cause = errors.New(missing)
	case errors.Is(err, fs.ErrPermission):
		cause = errors.New("Permission denied") //nolint:staticcheck // the C library's own words
	case errors.Is(err, syscall.EROFS):
		cause = errors.New("Read-only file system") //nolint:staticcheck // as above
	case errors.Is(err, syscall.EISDIR):
		cause = errors.New("Is a directory") //nolint:staticcheck // as above
	}
	return &fs.PathError{Op: words, Path: name, Err: cause}
}

type stream struct {
	io.Reader
	io.Writer
}

func (stream) Close() error { return nil }

func (s *shell) stat(_ context.Context, name string, follow bool) (fs.FileInfo, error) {
	if !follow {
		return s.p.Files.Lstat(absolute("/", name))
	}
	return s.p.Files.Stat(absolute("/", name))
}

func (s *shell) readDir(_ context.Context, name string) ([]fs.DirEntry, error) {
	return s.p.Files.ReadDir(absolute("/", name))
}

// access lets root do anything but run what is not executable.
func (s *shell) access(_ context.Context, name string, mode interp.AccessMode) error {
	info, err := s.p.Files.Stat(absolute("/", name))
	if err == nil && mode == interp.AccessExec && info.Mode()&0o111 == 0 && !info.IsDir() {
		return fs.ErrPermission
	}
	return err
}
