package volumes

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// hostStorage is how many bytes all pods of a node may have on the node's disk:
// in hostPath and local volumes.
const hostStorage = 1 << 30

// Host is the folder tree that pods see as their node's disk.
type Host struct {
	dir  string
	disk *container.Disk
}

// NewHost returns the node's disk below a folder, which Make creates.
func NewHost(dir string) Host {
	return Host{dir, container.NewDisk(dir, hostStorage, func() {})}
}

// Make creates the folders that every machine has; name is the machine's name.
func (h Host) Make(name string) error {
	for _, d := range []string{"etc", "home", "mnt", "opt", "root", "run", "srv", "tmp", "usr", "var/lib", "var/log", "var/tmp"} {
		if err := os.MkdirAll(filepath.Join(h.dir, filepath.FromSlash(d)), 0o755); err != nil {
			return fmt.Errorf("failed to make the node's folders: %w", err)
		}
	}
	return os.WriteFile(filepath.Join(h.dir, "etc", "hostname"), []byte(name+"\n"), 0o644)
}

// find finds a path on the node's disk, and creates or rejects it according to
// its type. The rules and messages are those of upstream's hostPath volume
// (pkg/volume/hostpath); without a type, a runtime creates a folder.
func (h Host) find(name string, kind *corev1.HostPathType) (source, error) {
	at := source{dir: h.dir, disk: h.disk, path: path.Join(".", path.Clean("/" + filepath.ToSlash(name))[1:])}
	root, err := os.OpenRoot(at.dir)
	if err != nil {
		return at, err
	}
	defer func() { _ = root.Close() }()
	want := corev1.HostPathUnset
	if kind != nil {
		want = *kind
	}
	info, err := root.Stat(at.path)
	missing := err != nil
	switch want {
	case corev1.HostPathUnset, corev1.HostPathDirectoryOrCreate:
		if missing {
			return at, root.MkdirAll(at.path, 0o755)
		}
	case corev1.HostPathFileOrCreate:
		if missing {
			return at, root.WriteFile(at.path, nil, 0o644)
		}
	}
	return at, checkHostType(name, want, !missing && info.IsDir(), !missing && info.Mode().IsRegular())
}

// checkHostType rejects what is not of the requested type. A sandbox's node has
// no sockets or devices.
func checkHostType(name string, want corev1.HostPathType, isDir, isFile bool) error {
	what, ok := "", true
	switch want {
	case corev1.HostPathDirectory, corev1.HostPathDirectoryOrCreate:
		what, ok = "a directory", isDir
	case corev1.HostPathFile, corev1.HostPathFileOrCreate:
		what, ok = "a file", isFile
	case corev1.HostPathSocket:
		what, ok = "a socket file", false
	case corev1.HostPathCharDev:
		what, ok = "a character device", false
	case corev1.HostPathBlockDev:
		what, ok = "a block device", false
	}
	if !ok {
		return fmt.Errorf("hostPath type check failed: %s is not %s", name, what)
	}
	return nil
}
