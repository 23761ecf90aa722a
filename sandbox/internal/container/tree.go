package container

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// Mount puts a folder or a file of the machine's disk into a container's tree.
type Mount struct {
	// Path is the mount's place in the container, absolute and clean.
	Path string
	// Source is the folder on disk; nothing in the container gets outside it.
	Source string
	// SubPath is the part of Source that is mounted, a folder or a single file;
	// all of it when empty.
	SubPath string
	// ReadOnly refuses changes with EROFS.
	ReadOnly bool
	// Mode is the permissions to show; those of Source if 0.
	Mode fs.FileMode
	// Disk limits what is written there; nil uses the tree's.
	Disk *Disk
	// Group is the group of everything in it that no container created.
	Group int64
	// Users are the owners of single files that no container created, by their
	// path in Source; a first folder "..NAME" does not count.
	Users map[string]int64
}

// Tree is a container's files: its own folder with volumes mounted over it. It
// implements Files.
type Tree struct {
	// Owners holds the owners of files. It may be replaced before the tree is
	// used.
	Owners *Owners
	// Disk limits what is written, except on mounts with their own disk; nil is no
	// limit. Set it before using the tree.
	Disk *Disk
	// mounts are ordered so that the innermost comes first; the last is "/".
	mounts []mounted
}

type mounted struct {
	Mount
	root *os.Root
}

// NewTree opens a tree whose "/" is the folder root, with mounts over it. It
// creates the mount points in the folders below, as a container runtime does.
// Close it when the container is gone.
func NewTree(root string, mounts []Mount) (*Tree, error) {
	t := &Tree{Owners: NewOwners()}
	if err := t.mount(Mount{Path: "/", Source: root, Mode: 0o755}); err != nil {
		return nil, err
	}
	below := &Tree{Owners: t.Owners, mounts: t.mounts}
	for _, m := range mounts {
		at, err := below.resolve("mount", m.Path, true) // Such as /var/run, which is a link.
		if err == nil {
			m.Path = at
			err = t.mount(m)
		}
		if err != nil {
			_ = t.Close()
			return nil, err
		}
	}
	slices.SortStableFunc(t.mounts, func(a, b mounted) int { return len(b.Path) - len(a.Path) })
	for i := len(t.mounts) - 2; i >= 0; i-- {
		if err := t.makePoint(i); err != nil {
			_ = t.Close()
			return nil, fmt.Errorf("failed to mount on %q: %w", t.mounts[i].Path, err)
		}
	}
	return t, nil
}

func (t *Tree) mount(m Mount) error {
	r, err := os.OpenRoot(m.Source)
	if err != nil {
		return fmt.Errorf("failed to mount on %q: %w", m.Path, err)
	}
	t.mounts = append(t.mounts, mounted{m, r})
	return nil
}

// makePoint makes the folder or empty file that the ith mount covers, in the
// mount below it.
func (t *Tree) makePoint(i int) error {
	m := t.mounts[i]
	info, err := m.root.Stat(m.inside(m.Path))
	if err != nil {
		return err
	}
	below := &Tree{mounts: t.mounts[i+1:]}
	under, rel := below.find(m.Path)
	if _, err := under.root.Stat(rel); err == nil {
		return nil
	}
	if info.IsDir() {
		return under.root.MkdirAll(rel, 0o755)
	}
	if err := under.root.MkdirAll(path.Dir(rel), 0o755); err != nil {
		return err
	}
	return under.root.WriteFile(rel, nil, 0o644)
}

// Seal makes everything read-only except mounts.
func (t *Tree) Seal() { t.mounts[len(t.mounts)-1].ReadOnly = true }

// sealed reports whether a path is read-only.
func (t *Tree) sealed(name string) bool {
	full, err := t.resolve("open", name, true)
	if err != nil {
		return false
	}
	m, _ := t.find(full)
	return m.ReadOnly
}

// Close closes the folders.
func (t *Tree) Close() error {
	for _, m := range t.mounts {
		_ = m.root.Close()
	}
	return nil
}

// find returns the mount of a path, and the path inside its folder.
func (t *Tree) find(name string) (mounted, string) {
	name = path.Clean("/" + name)
	for _, m := range t.mounts {
		if m.Path == "/" || name == m.Path || strings.HasPrefix(name, m.Path+"/") {
			return m, m.inside(name)
		}
	}
	panic("a tree always has a root")
}

// disk returns the disk of a mount.
func (t *Tree) disk(m mounted) *Disk {
	if m.Disk != nil {
		return m.Disk
	}
	return t.Disk
}

// inside returns the path of name in the mount's folder, for os.Root.
func (m mounted) inside(name string) string {
	rel := strings.TrimPrefix(strings.TrimPrefix(name, m.Path), "/")
	return path.Join(".", m.SubPath, rel)
}

// point reports whether name is a mount point.
func (t *Tree) point(name string) bool {
	name = path.Clean("/" + name)
	return slices.ContainsFunc(t.mounts, func(m mounted) bool { return m.Path == name })
}

// change finds the place of a change and refuses changes to read-only places.
func (t *Tree) change(op, name string) (mounted, string, error) {
	full, err := t.resolve(op, name, false)
	if err != nil {
		return mounted{}, "", err
	}
	m, rel := t.find(full)
	_, missing := m.root.Lstat(rel)
	if t.point(full) { // It changes the folder that contains it.
		fault := syscall.EBUSY
		if above, _ := t.find(path.Dir(full)); above.ReadOnly {
			fault = syscall.EROFS
		}
		return m, rel, &fs.PathError{Op: op, Path: name, Err: fault}
	}
	if m.ReadOnly && (missing == nil || op == "symlink" || op == "rename") {
		return m, rel, &fs.PathError{Op: op, Path: name, Err: syscall.EROFS}
	}
	return m, rel, nil
}
