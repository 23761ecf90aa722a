package volumes

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	volumeutil "k8s.io/kubernetes/pkg/volume/util"
)

// project writes a volume's files as the kubelet does: into a new folder that
// the link "..data" is then switched to, so that a program sees all of the new
// files or none.
func project(dir string, files payload) error {
	for name, f := range files {
		f.FsUser = nil // The container's tree sets the owner.
		// A projected file may be unreadable to its owner, which doesn't stop
		// root; the daemon is rarely root, so the owner may always read.
		f.Mode |= 0o400
		files[name] = f
	}
	if !canLink(dir) {
		return replaceFiles(dir, files)
	}
	writer, err := volumeutil.NewAtomicWriter(dir, "volume")
	if err != nil {
		return err
	}
	return writer.Write(files, nil)
}

// canLink reports whether symbolic links can be created: on Windows not every
// user may.
func canLink(dir string) bool {
	probe := filepath.Join(filepath.Dir(dir), "..link")
	err := os.Symlink("x", probe)
	_ = os.Remove(probe)
	return err == nil || errors.Is(err, fs.ErrExist)
}

// replaceFiles replaces the existing files with plain files.
func replaceFiles(dir string, files payload) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	old, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range old {
		if err := root.RemoveAll(e.Name()); err != nil {
			return err
		}
	}
	for name, f := range files {
		f.FsUser = nil // The container's tree sets the owner.
		name = path.Clean(filepath.ToSlash(name))
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, f.Data, fs.FileMode(f.Mode).Perm()); err != nil {
			return err
		}
	}
	return nil
}

// copyPart copies a file or folder of a projected volume to the folder to, and
// returns its name there. A container that mounts a part of a volume keeps what
// was there when it started.
func copyPart(dir, part, to string) (string, error) {
	const name = "part"
	from, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = from.Close() }()
	if err := os.RemoveAll(to); err != nil {
		return "", err
	}
	info, err := from.Stat(part)
	if err != nil || info.IsDir() {
		// If there is nothing, a kubelet creates a folder.
		if err := os.MkdirAll(filepath.Join(to, name), 0o755); err != nil || info == nil {
			return name, err
		}
		sub, err := from.OpenRoot(part)
		if err != nil {
			return "", err
		}
		defer func() { _ = sub.Close() }()
		return name, copyLinked(sub, ".", filepath.Join(to, name))
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return "", err
	}
	return name, copyFile(from, part, filepath.Join(to, name), info.Mode().Perm())
}

// copyLinked copies a folder, following links.
func copyLinked(from *os.Root, dir, to string) error {
	entries, err := fs.ReadDir(from.FS(), dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		info, err := from.Stat(name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, e.Name())
		if !info.IsDir() {
			err = copyFile(from, name, target, info.Mode().Perm())
		} else if err = os.MkdirAll(target, 0o755); err == nil {
			err = copyLinked(from, name, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from *os.Root, name, to string, mode fs.FileMode) error {
	body, err := from.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, body, mode)
}
