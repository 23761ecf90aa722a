package shell

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/parse"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
)

// errRedirect is the error of a failed redirection; it was already printed.
var errRedirect = errors.New("a redirection failed")

// redirect makes redirections and returns a function that undoes them.
func (s *shell) redirect(all []*parse.Redir) (undo func(), err error) {
	before := map[int]*stream.File{}
	undo = func() {
		for fd, f := range before {
			s.replace(fd, f)
		}
	}
	for _, r := range all {
		s.line = r.Line
		f, err := s.opened(r)
		if err != nil {
			undo()
			return nil, err
		}
		for _, fd := range targets(r) {
			if _, kept := before[fd]; !kept {
				if before[fd] = s.files[fd]; s.files[fd] != nil {
					s.files[fd].Dup()
				}
			}
			if f != nil {
				f.Dup()
			}
			s.replace(fd, f)
		}
		if f != nil {
			f.Close()
		}
	}
	return undo, nil
}

// targets are the descriptors that a redirection changes.
func targets(r *parse.Redir) []int {
	if r.Op == "&>" {
		return []int{1, 2}
	}
	return []int{r.FD}
}

// opened is the file of a redirection, nil to close a descriptor.
func (s *shell) opened(r *parse.Redir) (*stream.File, error) {
	if r.Op == "<<" {
		text, err := s.text(r.Body)
		return stream.Text(text), err
	}
	name, err := s.text(r.Word)
	if err != nil {
		return nil, err
	}
	if r.Op == "<&" || r.Op == ">&" {
		if name == "-" {
			return nil, nil
		}
		fd, err := strconv.Atoi(name)
		switch {
		case err == nil && s.files[fd] != nil:
			return s.files[fd].Dup(), nil
		case err == nil:
			_, _ = io.WriteString(s.stderr(), s.applet()+": "+name+": Bad file descriptor\n") // without stderr there is nowhere to report it
			return nil, errRedirect
		case r.Op == "<&":
			return nil, s.fault("syntax error: bad fd number")
		}
		r.Op = "&>"
	}
	return s.openFile(r.Op, name)
}

// openFile opens a file as a redirection does.
func (s *shell) openFile(op, name string) (*stream.File, error) {
	if f := s.device(name); f != nil {
		return f, nil
	}
	full, flag := s.absolute(name), os.O_RDONLY
	read := op == "<" || op == "<>"
	switch op {
	case ">", "&>", ">|":
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		if info, err := s.p.Files.Stat(full); op == ">" && s.options['C'] && err == nil && info.Mode().IsRegular() {
			s.complain("can't create %s: File exists", name)
			return nil, errRedirect
		}
	case ">>":
		flag = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	case "<>":
		flag = os.O_RDWR | os.O_CREATE
	}
	_, missing := s.p.Files.Stat(full)
	f, err := s.p.Files.OpenFile(full, flag, 0o666&^s.umask)
	if err == nil && missing != nil && s.umask != 0o022 { // The machine's own umask was in the way.
		err = s.p.Files.Chmod(full, 0o666&^s.umask)
	}
	if err == nil && name != "" {
		return stream.Open(f, read, op != "<"), nil
	}
	if name == "" {
		err = fs.ErrNotExist
	}
	if op == "<" {
		s.complain("can't open %s: %s", name, reason(err, "no such file"))
	} else {
		s.complain("can't create %s: %s", name, reason(err, "nonexistent directory"))
	}
	return nil, errRedirect
}

// device returns a descriptor by its name: one of the shell's own.
func (s *shell) device(name string) *stream.File {
	name = path.Clean(name)
	if name == "/dev/null" {
		return stream.Null()
	}
	fd, ok := map[string]string{"/dev/stdin": "0", "/dev/stdout": "1", "/dev/stderr": "2"}[name]
	for _, dir := range []string{"/dev/fd/", "/proc/self/fd/", "/proc/" + strconv.Itoa(s.p.PID) + "/fd/", "/proc/1/fd/"} {
		if rest, found := strings.CutPrefix(name, dir); found && !ok {
			fd, ok = rest, true
		}
	}
	n, err := strconv.Atoi(fd)
	if !ok || err != nil || s.files[n] == nil {
		return nil
	}
	return s.files[n].Dup()
}

// redirected runs a compound command with redirections.
func (s *shell) redirected(c *parse.Redirected, how how) error {
	if sub, ok := c.Of.(*parse.Subshell); ok {
		return s.subshellOf(sub, c.Redirs, how)
	}
	undo, err := s.redirect(c.Redirs)
	if err != nil {
		return s.afterRedirect(err)
	}
	defer undo()
	return s.eval(c.Of, how&tested)
}

// afterRedirect is a command whose redirections failed.
func (s *shell) afterRedirect(err error) error {
	if errors.Is(err, errRedirect) {
		s.status = 1
		return nil
	}
	return err
}
