package container

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"
)

// writing are the flags for changing a file.
const writing = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_TRUNC

// OpenFile takes the flags of os.OpenFile.
func (t *Tree) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	if d, ok := devices()[path.Clean("/"+name)]; ok {
		return d, nil
	}
	full, err := t.resolve("open", name, true)
	if err != nil {
		return nil, err
	}
	m, rel := t.find(full)
	if m.ReadOnly && flag&writing != 0 {
		if _, err := m.root.Lstat(rel); err == nil || flag&os.O_CREATE != 0 {
			return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EROFS}
		}
	}
	if flag&os.O_TRUNC != 0 {
		t.disk(m).freed()
	}
	if flag&os.O_CREATE != 0 {
		if err := t.disk(m).take(fileCost); err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
	}
	f, err := m.root.OpenFile(rel, flag, perm)
	if err != nil {
		return nil, as(name, err)
	}
	return file{f, t, full, t.disk(m)}, nil
}

// Write writes what the disk has room for.
func (f file) Write(p []byte) (int, error) {
	if err := f.disk.take(int64(len(p))); err != nil {
		return 0, &fs.PathError{Op: "write", Path: f.name, Err: err}
	}
	return f.File.Write(p)
}

// file is an open file that describes itself as in the tree.
type file struct {
	*os.File
	tree *Tree
	name string
	disk *Disk
}

func (f file) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	if err != nil {
		return nil, as(f.name, err)
	}
	return f.tree.describe(f.name, info), nil
}

// as replaces the path on disk in an error with the container's path.
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
	full, err := t.resolve("stat", name, true)
	if err != nil {
		return nil, err
	}
	info, err := t.Lstat(full)
	if err != nil {
		return nil, as(name, err)
	}
	if o, ok := info.(owned); ok {
		o.name = path.Base(path.Clean("/" + name))
		return o, nil
	}
	return info, nil
}

// Lstat describes a symbolic link itself.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	if d, ok := devices()[path.Clean("/"+name)]; ok {
		return d, nil
	}
	full, err := t.resolve("lstat", name, false)
	if err != nil {
		return nil, err
	}
	m, rel := t.find(full)
	info, err := m.root.Lstat(rel)
	if err != nil {
		return nil, as(name, err)
	}
	return t.describe(full, info), nil
}

// describe adds what only the tree knows about a file.
func (t *Tree) describe(full string, info fs.FileInfo) fs.FileInfo {
	m, rel := t.find(full)
	out := owned{info, info.Name(), info.Mode(), t.Owners.get(m, rel)}
	if t.point(full) {
		out.name = path.Base(full)
		if m.Mode != 0 {
			out.mode = info.Mode().Type() | m.Mode
		}
	}
	return out
}

// ReadDir lists a folder by name, with its mounts.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	full, err := t.resolve("open", name, true)
	if err != nil {
		return nil, err
	}
	m, rel := t.find(full)
	entries, err := fs.ReadDir(m.root.FS(), rel)
	if err != nil {
		return nil, as(name, err)
	}
	for i, e := range entries {
		if info, err := t.Lstat(path.Join(full, e.Name())); err == nil {
			entries[i] = fs.FileInfoToDirEntry(info)
		}
	}
	return entries, nil
}

// Readlink returns what a symbolic link says.
func (t *Tree) Readlink(name string) (string, error) {
	full, err := t.resolve("readlink", name, false)
	if err != nil {
		return "", err
	}
	m, rel := t.find(full)
	to, err := m.root.Readlink(rel)
	if err != nil {
		return "", as(name, err)
	}
	return to, nil
}

// Symlink makes a symbolic link that says target.
func (t *Tree) Symlink(target, name string) error {
	m, rel, err := t.change("symlink", name)
	if err != nil {
		return err
	}
	if err := t.disk(m).take(fileCost); err != nil {
		return &fs.PathError{Op: "symlink", Path: name, Err: err}
	}
	return as(name, m.root.Symlink(target, rel))
}

// Mkdir makes one folder.
func (t *Tree) Mkdir(name string, perm fs.FileMode) error {
	full, err := t.resolve("mkdir", name, false)
	if err != nil {
		return err
	}
	m, rel := t.find(full)
	if _, err := m.root.Lstat(rel); err != nil && m.ReadOnly {
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.EROFS}
	}
	if err := t.disk(m).take(fileCost); err != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	return as(name, m.root.Mkdir(rel, perm))
}

// MkdirAll makes a folder and its missing parents.
func (t *Tree) MkdirAll(name string, perm fs.FileMode) error {
	if err := short("mkdir", name); err != nil {
		return err
	}
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
	defer t.disk(m).freed()
	t.Owners.drop(m, rel)
	return as(name, m.root.Remove(rel))
}

// RemoveAll deletes a folder with all that is in it.
func (t *Tree) RemoveAll(name string) error {
	m, rel, err := t.change("remove", name)
	if err != nil {
		return err
	}
	defer t.disk(m).freed()
	t.Owners.drop(m, rel)
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
	if err := from.root.Rename(oldRel, newRel); err != nil {
		return as(oldName, err)
	}
	t.Owners.set(to, newRel, t.Owners.get(from, oldRel))
	t.Owners.drop(from, oldRel)
	return nil
}

// Chmod changes the permission bits.
func (t *Tree) Chmod(name string, mode fs.FileMode) error {
	m, rel, err := t.changeTarget("chmod", name)
	if err != nil {
		return err
	}
	return as(name, m.root.Chmod(rel, mode))
}

// Chown changes the owner of a file.
func (t *Tree) Chown(name string, owner Owner) error {
	m, rel, err := t.changeTarget("chown", name)
	if err != nil {
		return err
	}
	if _, err := m.root.Lstat(rel); err != nil {
		return as(name, err)
	}
	t.Owners.set(m, rel, owner)
	return nil
}

// Chtimes changes when a file was last written.
func (t *Tree) Chtimes(name string, modified time.Time) error {
	m, rel, err := t.changeTarget("chtimes", name)
	if err != nil {
		return err
	}
	return as(name, m.root.Chtimes(rel, modified, modified))
}

// changeTarget is change for the target of a symbolic link.
func (t *Tree) changeTarget(op, name string) (mounted, string, error) {
	full, err := t.resolve(op, name, true)
	if err != nil {
		return mounted{}, "", err
	}
	m, rel := t.find(full)
	if m.ReadOnly {
		return m, rel, &fs.PathError{Op: op, Path: name, Err: syscall.EROFS}
	}
	return m, rel, nil
}
