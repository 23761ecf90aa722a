package shell

import (
	"bufio"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/programs/shell/match"
)

// glob returns the files that match a pattern, in order; the text itself if
// there are none.
func (s *shell) glob(text, pattern string) ([]string, error) {
	if s.options['f'] || !match.IsPattern(pattern) {
		return []string{text}, nil
	}
	names, err := s.expandPath("", strings.Split(pattern, "/"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return []string{text}, nil
	}
	slices.Sort(names)
	return names, nil
}

// mostNames is how many files a pattern may match.
const mostNames = 100_000

// expandPath expands the elements of a path below what is done already.
func (s *shell) expandPath(done string, rest []string) ([]string, error) {
	if s.ctx.Err() != nil {
		return nil, errDead
	}
	element, rest := rest[0], rest[1:]
	last := len(rest) == 0
	if !match.IsPattern(element) {
		done += match.Unquote(element)
		if last {
			if _, err := s.p.Files.Lstat(s.absolute(done)); err != nil {
				return nil, nil //nolint:nilerr // a missing file is not listed
			}
			return []string{done}, nil
		}
		return s.expandPath(done+"/", rest)
	}
	entries, err := s.p.Files.ReadDir(s.absolute(done))
	if err != nil {
		return nil, nil //nolint:nilerr // as above
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if name[0] == '.' && element[0] != '.' || !match.Match(element, name) {
			continue
		}
		if last {
			out = append(out, done+name)
			continue
		}
		if info, err := s.p.Files.Stat(s.absolute(done + name)); err != nil || !info.IsDir() {
			continue
		}
		below, err := s.expandPath(done+name+"/", rest)
		if err != nil || len(out)+len(below) > mostNames {
			return out, err
		}
		out = append(out, below...)
	}
	return out, nil
}

func (s *shell) absolute(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(s.dir, name)
}

// home is the home folder of a user of the container; that of the shell for "".
func (s *shell) home(user string) (string, bool) {
	if user == "" {
		return s.get("HOME")
	}
	f, err := s.p.Files.OpenFile("/etc/passwd", os.O_RDONLY, 0)
	if err != nil {
		return "", false
	}
	defer func() { _ = f.Close() }() // it was only read
	lines := bufio.NewScanner(io.LimitReader(f, 1<<20))
	for lines.Scan() {
		if fields := strings.Split(lines.Text(), ":"); len(fields) > 5 && fields[0] == user {
			return fields[5], true
		}
	}
	return "", false
}
