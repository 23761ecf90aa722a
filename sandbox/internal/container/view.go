package container

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
)

// The permissions that a user requests.
const (
	toRead    fs.FileMode = 4
	toWrite   fs.FileMode = 2
	toExecute fs.FileMode = 1
)

// view is the files of one process: with /proc, and with its user's
// permissions.
type view struct {
	Files
	proc procfs
	user User
	can  Capabilities
	life life
	// opened counts the open files of the container's programs; nil for the
	// runtime.
	opened *atomic.Int64
}

// view returns the files for a process; nil is the runtime, which may do
// everything.
func (c *Container) view(p *process) Files {
	v := &view{Files: c.cfg.Files, proc: procfs{c.processes, p}, can: AllCapabilities}
	if p != nil {
		v.user, v.can = p.user, c.cfg.Privileges.of(p.user)
		v.life, v.opened = p.life, &c.opened
	}
	return v
}

// allow checks a file's permissions for the user.
func (v *view) allow(info fs.FileInfo, want fs.FileMode) bool {
	mode, owner := info.Mode().Perm(), OwnerOf(info)
	switch {
	case v.can&capDACOverride != 0:
		return true
	case owner.UID == v.user.UID:
		mode >>= 6
	case v.in(owner.GID):
		mode >>= 3
	}
	return mode&want == want
}

func (v *view) in(group int64) bool {
	return v.user.GID == group || slices.Contains(v.user.Groups, group)
}

// reach checks that the process is alive, and that the user can reach a file's
// folder.
func (v *view) reach(op, name string) error {
	if err := v.life.check(op, name); err != nil {
		return err
	}
	if len(name) > pathMost {
		return &fs.PathError{Op: op, Path: name, Err: syscall.ENAMETOOLONG}
	}
	if v.can&capDACOverride != 0 {
		return nil
	}
	for dir := path.Dir(path.Clean("/" + name)); ; dir = path.Dir(dir) {
		info, err := v.Files.Stat(dir)
		if err == nil && info.IsDir() && !v.allow(info, toExecute) {
			return &fs.PathError{Op: op, Path: name, Err: syscall.EACCES}
		}
		if dir == "/" {
			return nil
		}
	}
}

// inside checks that the user may create or remove a file in its folder.
func (v *view) inside(op, name string) error {
	if err := v.reach(op, name); err != nil || v.can&capDACOverride != 0 && v.can&capFowner != 0 {
		return err
	}
	dir, err := v.Files.Stat(path.Dir(path.Clean("/" + name)))
	if err != nil {
		return nil //nolint:nilerr // the change itself reports what is missing
	}
	if !v.allow(dir, toWrite) && !v.sealed(name) {
		return &fs.PathError{Op: op, Path: name, Err: syscall.EACCES}
	}
	if dir.Mode()&fs.ModeSticky != 0 && v.can&capFowner == 0 && OwnerOf(dir).UID != v.user.UID {
		if info, err := v.Files.Lstat(name); err == nil && OwnerOf(info).UID != v.user.UID {
			return &fs.PathError{Op: op, Path: name, Err: syscall.EPERM}
		}
	}
	return nil
}

// sealed reports whether no one can write there: the change itself fails with
// that, before permissions matter.
func (v *view) sealed(name string) bool {
	t, ok := v.Files.(*Tree)
	return ok && t.sealed(name)
}

// made sets the owner of a new file to the user, and to the group of a setgid
// folder.
func (v *view) made(name string) {
	owner := Owner{v.user.UID, v.user.GID}
	if dir, err := v.Files.Stat(path.Dir(path.Clean("/" + name))); err == nil && dir.Mode()&fs.ModeSetgid != 0 {
		owner.GID = OwnerOf(dir).GID
	}
	if owner != (Owner{}) {
		_ = v.Files.Chown(name, owner) // it was made a moment ago
	}
}

// OpenFile opens a file, until the process ends.
func (v *view) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	if err := v.life.check("open", name); err != nil {
		return nil, err
	}
	if v.opened == nil { // the runtime's own
		return v.open(name, flag, perm)
	}
	closed := sync.OnceFunc(func() { v.opened.Add(-1) })
	if v.opened.Add(1) > filesMost {
		closed()
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EMFILE}
	}
	f, err := v.open(name, flag, perm)
	if err != nil {
		closed()
		return nil, err
	}
	return mortalFile{f, v.life, closed}, nil
}

// open checks permissions and records the owner of a new file.
func (v *view) open(name string, flag int, perm fs.FileMode) (File, error) {
	name = v.inner(name)
	if f, ok, err := v.stream(name); ok {
		return f, err
	}
	if f, ok, err := v.proc.open(name, flag); ok {
		return f, err
	}
	if err := v.reach("open", name); err != nil {
		return nil, err
	}
	info, err := v.Files.Stat(name)
	if err != nil && flag&os.O_CREATE != 0 {
		if err := v.inside("open", name); err != nil {
			return nil, err
		}
		f, err := v.Files.OpenFile(name, flag, perm)
		if err == nil {
			v.made(name)
		}
		return f, err
	}
	if err == nil && !v.allow(info, asked(flag)) && (asked(flag) == toRead || !v.sealed(name)) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
	}
	return v.Files.OpenFile(name, flag, perm)
}

// asked returns the permissions that OpenFile's flags need.
func asked(flag int) fs.FileMode {
	switch flag & (os.O_WRONLY | os.O_RDWR) {
	case os.O_WRONLY:
		return toWrite
	case os.O_RDWR:
		return toRead | toWrite
	}
	return toRead
}

// Stat describes a file, of /proc too.
func (v *view) Stat(name string) (fs.FileInfo, error) {
	name = v.inner(name)
	if err := v.life.check("stat", name); err != nil {
		return nil, err
	}
	if info, ok, err := v.proc.stat(name); ok {
		return info, err
	}
	if err := v.reach("stat", name); err != nil {
		return nil, err
	}
	return v.Files.Stat(name)
}

// Lstat describes a symbolic link itself.
func (v *view) Lstat(name string) (fs.FileInfo, error) {
	if _, ok := v.procLink(name); ok {
		return linkInfo{procInfo{path.Base(name), false}}, nil
	}
	name = v.inner(name)
	if err := v.life.check("lstat", name); err != nil {
		return nil, err
	}
	if info, ok, err := v.proc.stat(name); ok {
		return info, err
	}
	if err := v.reach("lstat", name); err != nil {
		return nil, err
	}
	return v.Files.Lstat(name)
}

// ReadDir lists a folder that the user may read.
func (v *view) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := v.life.check("open", name); err != nil {
		return nil, err
	}
	name = v.inner(name)
	if entries, ok, err := v.proc.list(name); ok {
		return entries, err
	}
	if err := v.reach("open", name); err != nil {
		return nil, err
	}
	if info, err := v.Files.Stat(name); err == nil && !v.allow(info, toRead) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
	}
	return v.Files.ReadDir(name)
}

// Mkdir makes one folder, owned by the user.
func (v *view) Mkdir(name string, perm fs.FileMode) error {
	if err := v.inside("mkdir", name); err != nil {
		if _, there := v.Files.Stat(name); there == nil {
			err = &fs.PathError{Op: "mkdir", Path: name, Err: syscall.EEXIST}
		}
		return err
	}
	if err := v.Files.Mkdir(name, perm); err != nil {
		return err
	}
	v.made(name)
	v.inherit(name)
	return nil
}

// inherit copies a folder's setgid bit to a new folder in it.
func (v *view) inherit(name string) {
	above, err := v.Files.Stat(path.Dir(path.Clean("/" + name)))
	if err != nil || above.Mode()&fs.ModeSetgid == 0 {
		return
	}
	if info, err := v.Files.Stat(name); err == nil {
		_ = v.Files.Chmod(name, info.Mode().Perm()|fs.ModeSetgid) // it was made a moment ago
	}
}

// Symlink makes a symbolic link.
func (v *view) Symlink(target, name string) error {
	if err := v.inside("symlink", name); err != nil {
		return err
	}
	return v.Files.Symlink(target, name)
}

// Remove deletes a file or an empty folder.
func (v *view) Remove(name string) error {
	if err := v.inside("remove", name); err != nil {
		return err
	}
	return v.Files.Remove(name)
}

// RemoveAll deletes a folder with everything in it.
func (v *view) RemoveAll(name string) error {
	if err := v.inside("remove", name); err != nil {
		return err
	}
	return v.Files.RemoveAll(name)
}

// Rename moves a file.
func (v *view) Rename(oldName, newName string) error {
	for _, name := range []string{oldName, newName} {
		if err := v.inside("rename", name); err != nil {
			return err
		}
	}
	return v.Files.Rename(oldName, newName)
}

// Readlink says where a symbolic link leads.
func (v *view) Readlink(name string) (string, error) {
	if to, ok := v.procLink(name); ok {
		return to, nil
	}
	if err := v.reach("readlink", name); err != nil {
		return "", err
	}
	return v.Files.Readlink(name)
}
