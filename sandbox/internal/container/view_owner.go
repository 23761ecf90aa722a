package container

import (
	"io/fs"
	"syscall"
	"time"
)

// own rejects what only a file's owner may do.
func (v *view) own(op, name string) error {
	if err := v.reach(op, name); err != nil {
		return err
	}
	info, err := v.Files.Stat(name)
	if err == nil && v.can&capFowner == 0 && OwnerOf(info).UID != v.user.UID {
		return &fs.PathError{Op: op, Path: name, Err: syscall.EPERM}
	}
	return nil
}

// Chmod changes the permission bits of the user's own file.
func (v *view) Chmod(name string, mode fs.FileMode) error {
	if err := v.own("chmod", name); err != nil {
		return err
	}
	return v.Files.Chmod(name, mode)
}

// Chown changes the owner of a file, which only root may do; the owner may
// change the group to another of their own groups.
func (v *view) Chown(name string, owner Owner) error {
	if err := v.reach("chown", name); err != nil {
		return err
	}
	if v.can&capChown == 0 {
		info, err := v.Files.Stat(name)
		if err == nil && (OwnerOf(info).UID != v.user.UID || owner.UID != v.user.UID || !v.in(owner.GID)) {
			return &fs.PathError{Op: "chown", Path: name, Err: syscall.EPERM}
		}
	}
	return v.Files.Chown(name, owner)
}

// Chtimes changes when the user's own file was last written.
func (v *view) Chtimes(name string, modified time.Time) error {
	if err := v.own("chtimes", name); err != nil {
		return err
	}
	return v.Files.Chtimes(name, modified)
}
