package container

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
)

// Unpack writes an image's files into a folder of its own: the root file
// system, an empty executable for each program, and the folders that every
// container has.
func (i *Image) Unpack(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
	}
	defer func() { _ = root.Close() }()
	for _, d := range []string{"dev/shm", "etc", "proc", "root", "run", "sys", "tmp", "var/log"} {
		if err := root.MkdirAll(d, 0o755); err != nil {
			return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
		}
	}
	if i.Root != nil {
		if err := copyInto(root, i.Root); err != nil {
			return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
		}
	}
	if err := i.link(root); err != nil {
		return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
	}
	for fd, name := range []string{"dev/stdin", "dev/stdout", "dev/stderr"} {
		if err := root.Symlink("/proc/self/fd/"+strconv.Itoa(fd), name); err != nil {
			return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
		}
	}
	for name := range devices() {
		if err := root.WriteFile(name[1:], nil, 0o644); err != nil {
			return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
		}
	}
	for name, mode := range map[string]fs.FileMode{"tmp": fs.ModeSticky | 0o777, "root": 0o700} {
		if err := root.Chmod(name, mode); err != nil {
			return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
		}
	}
	for name := range i.Programs {
		if err := placeProgram(root, name); err != nil {
			return fmt.Errorf("failed to unpack image %q: %w", i.Name, err)
		}
	}
	return nil
}

// link creates the image's symbolic links, and the one that every image has.
func (i *Image) link(root *os.Root) error {
	if err := root.Symlink("../run", "var/run"); err != nil {
		return err
	}
	for name, target := range i.Links {
		if err := root.MkdirAll(path.Dir(name)[1:], 0o755); err != nil {
			return err
		}
		if err := root.Symlink(target, name[1:]); err != nil {
			return err
		}
	}
	return nil
}

func placeProgram(root *os.Root, name string) error {
	rel := path.Clean("/" + name)[1:]
	if _, err := root.Stat(rel); err == nil {
		return nil
	}
	if err := root.MkdirAll(path.Dir(rel), 0o755); err != nil {
		return err
	}
	return root.WriteFile(rel, nil, 0o755)
}

func copyInto(root *os.Root, files fs.FS) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			return root.MkdirAll(name, 0o755)
		}
		if path.Base(name) == ".keep" { // It only exists to keep its folder.
			return nil
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if err := root.MkdirAll(filepath.ToSlash(path.Dir(name)), 0o755); err != nil {
			return err
		}
		// Embedded files have no write bit; a container's root user may write.
		return root.WriteFile(name, body, info.Mode().Perm()|0o600)
	})
}
