package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// The kubelet's pause after a mount that failed, doubled from first to most.
const (
	mountRetryFirst = 500 * time.Millisecond
	mountRetryMost  = 2*time.Minute + 2*time.Second
)

func (w *worker) volumeDir(name string) string { return filepath.Join(w.dir, "volumes", name) }

// source is where on the machine's disk a volume is.
type source struct {
	// dir is the folder, path the part of it that is the volume.
	dir, path string
	readOnly  bool
	// projected says that the node writes the files, anew when they change.
	projected bool
}

// mountVolumes fills the folders of the pod's volumes. The errors of several are
// joined, one for each volume.
func (w *worker) mountVolumes(ctx context.Context, pod *corev1.Pod) error {
	var all []error
	sources := map[string]source{}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		at, err := w.mountVolume(ctx, pod, v)
		if err != nil {
			err = mountError{v.Name, err}
		}
		all, sources[v.Name] = append(all, err), at
	}
	if err := errors.Join(all...); err != nil {
		return err
	}
	w.set(func() { w.sources, w.resync = sources, time.Now().Add(wait.Jitter(w.node.resync(), 0.5)) })
	return nil
}

// refresh brings the files that the API holds up to date, and says when to do so
// again. What cannot be had stays as it was.
func (w *worker) refresh(ctx context.Context, pod *corev1.Pod) time.Duration {
	if left := time.Until(w.resync); left > 0 {
		return left
	}
	if err := w.mountVolumes(ctx, pod); err != nil {
		again := w.mountFailed(pod, err)
		w.set(func() { w.resync = time.Now().Add(again) })
		return again
	}
	w.set(func() { w.mountWait = 0 })
	return time.Until(w.resync)
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
	again := min(max(2*w.mountWait, mountRetryFirst), mountRetryMost)
	w.set(func() { w.mountWait = again })
	return again
}

func (w *worker) mountVolume(ctx context.Context, pod *corev1.Pod, v *corev1.Volume) (source, error) {
	dir := w.volumeDir(v.Name)
	switch {
	case v.EmptyDir != nil: // It outlives the containers, and the node's restart.
		return source{dir: dir}, makeVolume(dir)
	case v.HostPath != nil:
		return w.node.hostPath(v.HostPath.Path, v.HostPath.Type)
	case v.PersistentVolumeClaim != nil:
		at, err := w.claim(ctx, pod, v.PersistentVolumeClaim.ClaimName)
		at.readOnly = v.PersistentVolumeClaim.ReadOnly
		return at, err
	case v.Ephemeral != nil:
		return w.claim(ctx, pod, pod.Name+"-"+v.Name)
	}
	files, err := w.payload(ctx, pod, v)
	if err != nil {
		return source{}, err
	}
	if err := makeVolume(dir); err != nil {
		return source{}, err
	}
	return source{dir: dir, readOnly: true, projected: true}, project(dir, files)
}

// makeVolume makes a volume's folder, which everybody in the pod may use.
func makeVolume(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o777) // Whatever the umask; the folders above are private.
}
