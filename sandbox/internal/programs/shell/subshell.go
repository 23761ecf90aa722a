package shell

import (
	"maps"
	"path"
	"slices"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/stream"
)

// clone returns a subshell, whose changes don't affect the shell.
func (s *shell) clone(over map[int]*stream.File) *shell {
	c := *s
	c.vars = s.vars.clone()
	for range s.vars.aside {
		c.vars.enter()
	}
	c.params = slices.Clone(s.params)
	c.funcs, c.aliases, c.options = maps.Clone(s.funcs), maps.Clone(s.aliases), maps.Clone(s.options)
	c.files = make(map[int]*stream.File, len(s.files))
	for fd, f := range s.files {
		if over[fd] == nil {
			c.files[fd] = f.Dup()
		}
	}
	for fd, f := range over {
		c.files[fd] = f.Dup()
	}
	c.jobs, c.paramSize, c.subshell, c.interactive, c.terminal = nil, 0, true, false, nil
	c.traps, c.interrupts = s.traps.inherited(), nil // Ctrl-C is for the shell at the terminal.
	return &c
}

func (s *shell) closeAll() {
	for fd := range s.files {
		s.replace(fd, nil)
	}
}

// replace gives a descriptor another file, nil for none; the file is the
// descriptor's from now on.
func (s *shell) replace(fd int, f *stream.File) {
	if old := s.files[fd]; old != nil {
		old.Close()
	}
	if f == nil {
		delete(s.files, fd)
		return
	}
	s.files[fd] = f
}

// prefix is the prefix of error messages that are not the shell's own.
func (s *shell) applet() string { return path.Base(s.p.Args[0]) }
