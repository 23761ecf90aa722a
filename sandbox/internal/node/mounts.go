package node

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// mounts are the places of a container's tree that volumes and the node's own
// files are mounted on.
func (w *worker) mounts(c *corev1.Container, env []kubecontainer.EnvVar) ([]container.Mount, error) {
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
		mount, err := w.mount(w.sources[m.Name], sub, filepath.Join(w.dir, "subpaths", c.Name, strconv.Itoa(i)))
		if err != nil {
			return nil, fmt.Errorf("failed to prepare subPath for volumeMount %q of container %q: %w", m.Name, c.Name, err)
		}
		mount.Path, mount.ReadOnly = path.Clean("/"+m.MountPath), mount.ReadOnly || m.ReadOnly
		out = append(out, mount)
	}
	for _, name := range []string{"hosts", "hostname", "resolv.conf"} {
		out = append(out, container.Mount{Path: "/etc/" + name, Source: w.etcDir(), SubPath: name})
	}
	return out, nil
}

// mount says what of a volume is mounted; a part of files that the node writes
// is copied to the folder own.
func (w *worker) mount(s source, sub, own string) (container.Mount, error) {
	out := container.Mount{Source: s.dir, SubPath: s.path, ReadOnly: s.readOnly}
	switch {
	case sub == "":
		return out, nil
	case s.projected:
		name, err := copyPart(s.dir, path.Clean(sub), own)
		out.Source, out.SubPath = own, name
		return out, err
	}
	out.SubPath = path.Join(s.path, sub)
	return out, makeSubPath(s.dir, out.SubPath)
}

// makeSubPath makes a folder where a volume has nothing at a subPath, as the
// kubelet does.
func makeSubPath(dir, sub string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Stat(sub); err == nil {
		return nil
	}
	return root.MkdirAll(sub, 0o755)
}
