package shell

import (
	"context"
	"path"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// find is the program of a name, or the exit code of the complaint.
func (s *shell) find(name string) (container.Program, int) {
	full := name
	if name == "" {
		s.complain("%s: Permission denied", name)
		return nil, 127
	}
	if strings.Contains(name, "/") {
		full = s.absolute(name)
	} else if full = s.inPath(name); full == "" {
		s.complain("%s: not found", name)
		return nil, 127
	}
	if s.p.Lookup != nil {
		if program, ok := s.p.Lookup(full); ok {
			return program, 0
		}
	}
	info, err := s.p.Files.Stat(full)
	switch {
	case err != nil && reason(err, "") == "Permission denied":
		s.complain("%s: Permission denied", name)
		return nil, 126
	case err != nil:
		s.complain("%s: not found", name)
		return nil, 127
	case info.IsDir(), info.Mode()&0o111 == 0:
		s.complain("%s: Permission denied", name)
		return nil, 126
	}
	return func(ctx context.Context, p *container.Process) int { // a script without "#!"
		p.Args = append([]string{"sh", full}, p.Args[1:]...)
		p.Become(p.Args, p.Env)
		return Sh(ctx, p)
	}, 0
}

// inPath returns the file of a command's name, "" if there is none.
func (s *shell) inPath(name string) string {
	found := ""
	for dir := range strings.SplitSeq(s.value("PATH"), ":") {
		full := path.Join(s.absolute(dir), name)
		if s.p.Lookup != nil {
			if _, ok := s.p.Lookup(full); ok {
				return full
			}
		}
		if info, err := s.p.Files.Stat(full); err == nil && !info.IsDir() && found == "" {
			if found = full; info.Mode()&0o111 != 0 {
				return found
			}
		}
	}
	return found
}
