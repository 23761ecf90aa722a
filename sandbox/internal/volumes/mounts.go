package volumes

import (
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

// Mounts are the places of a container's tree that volumes are mounted on.
func (p *Pod) Mounts(pod *corev1.Pod, c *corev1.Container, env []kubecontainer.EnvVar) ([]container.Mount, error) {
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
		p.own(pod, &mount)
		out = append(out, mount)
	}
	return out, nil
}

// part says what of a volume is mounted; a part of files that the node writes is
// copied to the folder own.
func (p *Pod) part(s source, sub, own string) (container.Mount, error) {
	out := container.Mount{Source: s.dir, SubPath: s.path, ReadOnly: s.readOnly, Disk: s.disk}
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

// own gives a place the permissions and the group that a kubelet gives it.
func (p *Pod) own(pod *corev1.Pod, m *container.Mount) {
	if !strings.HasPrefix(m.Source, p.dir("")) {
		if m.SubPath != "" {
			m.Mode = 0o644
		}
		return
	}
	m.Mode = 0
	if m.SubPath == "" || m.SubPath == "." {
		m.Mode = 0o777
	}
	if s := pod.Spec.SecurityContext; s != nil && s.FSGroup != nil {
		m.Group = *s.FSGroup
		if m.Mode != 0 {
			m.Mode |= fs.ModeSetgid
		}
	}
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
