package container

import (
	"io/fs"
	"path"
	"strings"
	"syscall"
)

// linksMost is how many symbolic links Linux follows in a path.
const linksMost = 40

// pathMost is how long a path may be, Linux's PATH_MAX without its last zero.
const pathMost = 4095

// resolve follows the symbolic links in a path, as they read inside the
// container: an absolute one begins at the container's "/". The last part is
// followed only when it is asked for. What is not there stays as it is.
func (t *Tree) resolve(op, name string, last bool) (string, error) {
	left := strings.Split(strings.Trim(path.Clean("/"+name), "/"), "/")
	at, links := "/", 0
	for len(left) > 0 {
		part := left[0]
		left = left[1:]
		next := path.Join(at, part)
		if part == "" || part == ".." || len(left) == 0 && !last {
			at = next
			continue
		}
		m, rel := t.find(next)
		info, err := m.root.Lstat(rel)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if links++; links > linksMost {
			return "", &fs.PathError{Op: op, Path: name, Err: syscall.ELOOP}
		}
		to, err := m.root.Readlink(rel)
		if err != nil {
			return "", as(name, err)
		}
		if to = strings.ReplaceAll(to, "\\", "/"); path.IsAbs(to) {
			at = "/"
		}
		left = append(strings.Split(strings.Trim(path.Clean(to), "/"), "/"), left...)
	}
	return at, nil
}
