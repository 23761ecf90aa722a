package volumes

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Mounts returns the volume mounts of a container's tree.
func (p *Pod) Mounts(c *corev1.Container, env []kubecontainer.EnvVar) ([]container.Mount, error) {
	var out []container.Mount
	for i, m := range c.VolumeMounts {
		sub := m.SubPath
		if m.SubPathExpr != "" {
			expanded, err := kubecontainer.ExpandContainerVolumeMounts(m, env)
			if err != nil {
				return nil, err
			}
			sub = expanded
		}
		mount, err := p.part(p.sources[m.Name], sub, filepath.Join(p.Dir, "subpaths", c.Name, strconv.Itoa(i)))
		if err != nil {
			return nil, fmt.Errorf("failed to prepare subPath for volumeMount %q of container %q: %w", m.Name, c.Name, err)
		}
		mount.Path, mount.ReadOnly = path.Clean("/"+m.MountPath), mount.ReadOnly || m.ReadOnly
		out = append(out, mount)
	}
	return out, nil
}

// part returns the mounted part of a volume; a part of a volume that the node
// writes is copied to the folder own.
func (p *Pod) part(s source, sub, own string) (container.Mount, error) {
	out := container.Mount{Source: s.dir, SubPath: s.path, ReadOnly: s.readOnly, Group: s.group, Disk: s.disk}
	switch {
	case sub == "":
		out.Mode, out.Users = s.mode, s.users
		return out, nil
	case s.projected:
		sub = path.Clean(sub)
		name, err := copyPart(s.dir, sub, own)
		if user, ok := s.users[sub]; ok {
			out.Users = map[string]int64{name: user}
		}
		out.Source, out.SubPath = own, name
		return out, err
	}
	out.SubPath = path.Join(s.path, sub)
	return out, makeSubPath(s, out.SubPath)
}

// makeSubPath creates a folder if a volume has nothing at a subPath, with the
// volume's permissions, as the kubelet does.
func makeSubPath(s source, sub string) error {
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Stat(sub); err == nil {
		return nil
	}
	mode := s.mode.Perm()
	if info, err := root.Stat(path.Join(".", s.path)); err == nil && mode == 0 {
		mode = info.Mode().Perm()
	}
	for at, i := "", 0; i < len(sub); {
		next := strings.IndexByte(sub[i:]+"/", '/')
		at, i = path.Join(at, sub[i:i+next]), i+next+1
		if err := root.Mkdir(at, mode); err == nil {
			err = root.Chmod(at, mode) // Whatever the umask.
			if err != nil {
				return err
			}
		} else if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
