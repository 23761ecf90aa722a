package container

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"
)

// writing are the flags that change a file.
const writing = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_TRUNC

// OpenFile takes the flags of os.OpenFile.
func (t *Tree) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	if path.Clean("/"+name) == "/dev/null" {
		return nullFile{}, nil
	}
	m, rel := t.find(name)
	if m.ReadOnly && flag&writing != 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EROFS}
	}
	f, err := m.root.OpenFile(rel, flag, perm)
	if err != nil {
		return nil, as(name, err)
	}
	return f, nil
}

// as says the container's path in an error in place of the one on disk.
func as(name string, err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return &fs.PathError{Op: plainOp(p.Op), Path: name, Err: p.Err}
	}
	return err
}

// plainOp drops the "at" of the system calls that os.Root makes.
func plainOp(op string) string {
	if n := len(op); n > 2 && op[n-2:] == "at" && op != "stat" && op != "lstat" {
		return op[:n-2]
	}
	return op
}

// Stat follows symbolic links.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	if path.Clean("/"+name) == "/dev/null" {
		return nullFile{}, nil
	}
	m, rel := t.find(name)
	info, err := m.root.Stat(rel)
	if err != nil {
		return nil, as(name, err)
	}
	if t.point(name) {
		return named{info, path.Base(path.Clean("/" + name))}, nil
	}
	return info, nil
}

// ReadDir lists a folder by name; what is mounted there shows as itself.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	m, rel := t.find(name)
	entries, err := fs.ReadDir(m.root.FS(), rel)
	if err != nil {
		return nil, as(name, err)
	}
	for i, e := range entries {
		at := path.Join("/", name, e.Name())
		if !t.point(at) {
			continue
		}
		if info, err := t.Stat(at); err == nil {
			entries[i] = fs.FileInfoToDirEntry(info)
		}
	}
	return entries, nil
}

// Mkdir makes one folder.
func (t *Tree) Mkdir(name string, perm fs.FileMode) error {
	m, rel := t.find(name)
	if m.ReadOnly {
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.EROFS}
	}
	return as(name, m.root.Mkdir(rel, perm))
}

// MkdirAll makes a folder with those above it that are missing.
func (t *Tree) MkdirAll(name string, perm fs.FileMode) error {
	name = path.Clean("/" + name)
	if info, err := t.Stat(name); err == nil {
		if !info.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
		}
		return nil
	}
	if err := t.MkdirAll(path.Dir(name), perm); err != nil {
		return err
	}
	return t.Mkdir(name, perm)
}

// Remove deletes a file or an empty folder.
func (t *Tree) Remove(name string) error {
	m, rel, err := t.change("remove", name)
	if err != nil {
		return err
	}
	return as(name, m.root.Remove(rel))
}

// RemoveAll deletes a folder with all that is in it.
func (t *Tree) RemoveAll(name string) error {
	m, rel, err := t.change("remove", name)
	if err != nil {
		return err
	}
	return as(name, m.root.RemoveAll(rel))
}

// Rename moves a file inside one mount; between two it fails with EXDEV.
func (t *Tree) Rename(oldName, newName string) error {
	from, oldRel, err := t.change("rename", oldName)
	if err != nil {
		return err
	}
	to, newRel, err := t.change("rename", newName)
	if err != nil {
		return err
	}
	if from.root != to.root {
		return &os.LinkError{Op: "rename", Old: oldName, New: newName, Err: syscall.EXDEV}
	}
	return from.root.Rename(oldRel, newRel)
}

// Chmod changes the permission bits.
func (t *Tree) Chmod(name string, mode fs.FileMode) error {
	m, rel, err := t.change("chmod", name)
	if err != nil {
		return err
	}
	return as(name, m.root.Chmod(rel, mode))
}

// named is a file under the name that it is mounted as.
type named struct {
	fs.FileInfo
	name string
}

func (n named) Name() string { return n.name }

// nullFile is /dev/null.
type nullFile struct{}

func (nullFile) Read([]byte) (int, error)       { return 0, io.EOF }
func (nullFile) Write(p []byte) (int, error)    { return len(p), nil }
func (nullFile) Seek(int64, int) (int64, error) { return 0, nil }
func (nullFile) Close() error                   { return nil }
func (nullFile) Stat() (fs.FileInfo, error)     { return nullFile{}, nil }
func (nullFile) Name() string                   { return "null" }
func (nullFile) Size() int64                    { return 0 }
func (nullFile) Mode() fs.FileMode              { return fs.ModeDevice | fs.ModeCharDevice | 0o666 }
func (nullFile) ModTime() time.Time             { return time.Time{} }
func (nullFile) IsDir() bool                    { return false }
func (nullFile) Sys() any                       { return nil }
