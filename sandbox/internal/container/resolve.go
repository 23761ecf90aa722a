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

// deepest is how many folders a path may lead through. Linux has no such limit, but
// looking for links in a path takes time by the cube of its depth.
const deepest = 256

// short refuses a path that is too long or too deep.
func short(op, name string) error {
	clean := path.Clean("/" + name)
	if len(clean) > pathMost || strings.Count(clean, "/") > deepest {
		return &fs.PathError{Op: op, Path: name, Err: syscall.ENAMETOOLONG}
	}
	return nil
}

// resolve follows the symbolic links in a path, as they read inside the
// container: an absolute one begins at the container's "/". The last part is
// followed only when it is asked for. What is not there stays as it is.
func (t *Tree) resolve(op, name string, last bool) (string, error) {
	if err := short(op, name); err != nil {
		return "", err
	}
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
		if left = append(strings.Split(strings.Trim(path.Clean(to), "/"), "/"), left...); len(left) > deepest {
			return "", &fs.PathError{Op: op, Path: name, Err: syscall.ENAMETOOLONG}
		}
	}
	return at, nil
}
