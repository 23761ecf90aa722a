package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// The kubelet's pause after a mount that failed, doubled from first to most.
const (
	mountRetryFirst = 500 * time.Millisecond
	mountRetryMost  = 2*time.Minute + 2*time.Second
)

func (w *worker) volumeDir(name string) string { return filepath.Join(w.dir, "volumes", name) }

// mountVolumes fills the folders of the pod's volumes. The errors of several are
// joined, one for each volume.
func (w *worker) mountVolumes(ctx context.Context, pod *corev1.Pod) error {
	var all []error
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if err := w.mountVolume(ctx, pod, v); err != nil {
			all = append(all, mountError{v.Name, err})
		}
	}
	return errors.Join(all...)
}

// refresh brings ConfigMaps and Secrets up to date before a container starts
// again, as a real node has by then. While another container of the pod runs,
// its files stay as they are. What cannot be had stays as well.
func (w *worker) refresh(ctx context.Context, pod *corev1.Pod) {
	w.mu.Lock()
	running := false
	for _, u := range w.containers {
		running = running || u.run != nil
	}
	w.mu.Unlock()
	if running {
		return
	}
	if err := w.mountVolumes(ctx, pod); err != nil {
		w.node.Log.Warn("failed to refresh a pod's volumes", "pod", klog.KObj(pod), "error", err)
	}
}

// mountError is a volume that could not be made, in the kubelet's words.
type mountError struct {
	volume string
	err    error
}

func (e mountError) Error() string {
	return fmt.Sprintf("MountVolume.SetUp failed for volume %q : %v", e.volume, e.err)
}

// mountFailed tells of volumes that are missing and says when to try again.
func (w *worker) mountFailed(pod *corev1.Pod, err error) time.Duration {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, e := range all {
		w.node.events.Event(pod, corev1.EventTypeWarning, "FailedMount", e.Error())
	}
	wait := min(max(2*w.mountWait, mountRetryFirst), mountRetryMost)
	w.set(func() { w.mountWait = wait })
	return wait
}

func (w *worker) mountVolume(ctx context.Context, pod *corev1.Pod, v *corev1.Volume) error {
	dir := w.volumeDir(v.Name)
	if v.EmptyDir != nil { // It outlives the containers, and the node's restart.
		return os.MkdirAll(dir, 0o700)
	}
	files, err := w.payload(ctx, pod, v)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return writeFiles(root, files)
}

func writeFiles(root *os.Root, files map[string]volumeutil.FileProjection) error {
	for name, f := range files {
		name = path.Clean(filepath.ToSlash(name))
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, f.Data, 0o600); err != nil {
			return err
		}
		// A projected file is 0600 for others than root, who reads it all the
		// same; the daemon is seldom root, so its owner may always read.
		if err := root.Chmod(name, fs.FileMode(f.Mode).Perm()|0o400); err != nil {
			return err
		}
	}
	return nil
}

// mounts are the places of a container's tree that volumes and the node's own
// files are mounted on.
func (w *worker) mounts(pod *corev1.Pod, c *corev1.Container, env []kubecontainer.EnvVar) ([]container.Mount, error) {
	fixed := map[string]bool{}
	for _, v := range pod.Spec.Volumes {
		fixed[v.Name] = v.EmptyDir == nil
	}
	var out []container.Mount
	for _, m := range c.VolumeMounts {
		sub := m.SubPath
		if m.SubPathExpr != "" {
			expanded, err := kubecontainer.ExpandContainerVolumeMounts(m, env)
			if err != nil {
				return nil, err
			}
			sub = expanded
		}
		dir := w.volumeDir(m.Name)
		if sub != "" {
			if err := makeSubPath(dir, sub); err != nil {
				return nil, fmt.Errorf("failed to prepare subPath for volumeMount %q of container %q: %w", m.Name, c.Name, err)
			}
		}
		out = append(out, container.Mount{
			Path: path.Clean("/" + m.MountPath), Source: dir, SubPath: path.Clean(sub), ReadOnly: m.ReadOnly || fixed[m.Name],
		})
	}
	for _, name := range []string{"hosts", "hostname", "resolv.conf"} {
		out = append(out, container.Mount{Path: "/etc/" + name, Source: w.etcDir(), SubPath: name})
	}
	return out, nil
}

// makeSubPath makes a folder where a volume has nothing at a subPath, as the
// kubelet does.
func makeSubPath(dir, sub string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Stat(path.Clean(sub)); err == nil {
		return nil
	}
	return root.MkdirAll(path.Clean(sub), 0o755)
}
