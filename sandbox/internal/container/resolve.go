package container

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// linksMost is how many symbolic links Linux follows in a path.
const linksMost = 40

// pathMost is how long a path may be, Linux's PATH_MAX without its last zero.
const pathMost = 4095

// deepest is how many folders a path may have. Linux has no such limit, but here
// each one costs a system call.
const deepest = 256

// short rejects a path that is too long or too deep.
func short(op, name string) error {
	clean := path.Clean("/" + name)
	if len(clean) > pathMost || strings.Count(clean, "/") > deepest {
		return &fs.PathError{Op: op, Path: name, Err: syscall.ENAMETOOLONG}
	}
	return nil
}

// resolve follows the symbolic links in a path as the container sees them: an
// absolute one starts at the container's "/". It follows the last part only on
// request. Missing parts stay unchanged.
func (t *Tree) resolve(op, name string, last bool) (string, error) {
	if err := short(op, name); err != nil {
		return "", err
	}
	left := strings.Split(strings.Trim(path.Clean("/"+name), "/"), "/")
	at, links := "/", 0
	var here cursor
	defer here.close()
	for len(left) > 0 {
		part := left[0]
		left = left[1:]
		next := path.Join(at, part)
		if part == "" || part == ".." || len(left) == 0 && !last {
			at = next
			continue
		}
		m, rel := t.find(next)
		info, err := here.lstat(m, rel)
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

// shallow is the depth up to which looking up a path from its root is just as
// fast.
const shallow = 8

// cursor remembers the last folder. Opening a folder from the root walks through
// all its parents, so a deep path would be walked again and again.
type cursor struct {
	dir  *os.Root
	name string // of dir, in the mount whose root it is below
	of   *os.Root
}

// lstat describes a place in a mount, which may be in the cursor's folder.
func (c *cursor) lstat(m mounted, rel string) (fs.FileInfo, error) {
	if strings.Count(rel, "/") < shallow {
		return m.root.Lstat(rel)
	}
	parent := path.Dir(rel)
	if c.of == m.root && c.name == path.Dir(parent) { // one deeper than before
		if dir, err := c.dir.OpenRoot(path.Base(parent)); err == nil {
			c.close()
			*c = cursor{dir, parent, m.root}
		}
	}
	if c.of != m.root || c.name != parent {
		dir, err := m.root.OpenRoot(parent)
		if err != nil {
			return nil, err
		}
		c.close()
		*c = cursor{dir, parent, m.root}
	}
	return c.dir.Lstat(path.Base(rel))
}

func (c *cursor) close() {
	if c.dir != nil {
		_ = c.dir.Close() // it was only looked at
	}
	*c = cursor{}
}
