// Package volumes fills the folders of a pod's volumes as a kubelet does, and
// says where in a container's tree they are mounted. What a volume holds is
// made by upstream's code where it can be: the payloads, the writer that swaps
// them, the rules of token renewal.
package volumes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// Config is what a pod's volumes are made from.
type Config struct {
	Client kubernetes.Interface
	Host   Host
	// Dir is the pod's own folder.
	Dir string
	// Allocatable is what the node offers to pods.
	Allocatable func() corev1.ResourceList
}

// Pod is the volumes of one pod on its node. One goroutine at a time uses it.
type Pod struct {
	Config
	sources map[string]source
	tokens  map[string]issued
}

// New returns the volumes of a pod, none of them mounted.
func New(cfg Config) *Pod { return &Pod{Config: cfg, tokens: map[string]issued{}} }

func (p *Pod) dir(name string) string { return filepath.Join(p.Dir, "volumes", name) }

// source is where on the machine's disk a volume is.
type source struct {
	// dir is the folder, path the part of it that is the volume.
	dir, path string
	// disk bounds what is written to it; nil when it is the pod's own.
	disk     *container.Disk
	readOnly bool
	// projected says that the node writes the files, again when they change.
	projected bool
}

// Mount fills the folders of the pod's volumes, or brings what they hold up to
// date. The errors of several are joined, one for each volume; what cannot be
// had stays as it was.
func (p *Pod) Mount(ctx context.Context, pod *corev1.Pod) error {
	var all []error
	sources := map[string]source{}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		at, err := p.mount(ctx, pod, v)
		if err != nil {
			err = mountError{v.Name, err}
		}
		all, sources[v.Name] = append(all, err), at
	}
	if err := errors.Join(all...); err != nil {
		return err
	}
	p.sources = sources
	return nil
}

// mountError is a volume that could not be made, in the kubelet's words.
type mountError struct {
	volume string
	err    error
}

func (e mountError) Error() string {
	return fmt.Sprintf("MountVolume.SetUp failed for volume %q : %v", e.volume, e.err)
}

func (e mountError) Unwrap() error { return e.err }

func (p *Pod) mount(ctx context.Context, pod *corev1.Pod, v *corev1.Volume) (source, error) {
	dir := p.dir(v.Name)
	switch {
	case v.EmptyDir != nil: // It outlives the containers, and the node's restart.
		return source{dir: dir}, makeVolume(dir)
	case v.HostPath != nil:
		return p.Host.find(v.HostPath.Path, v.HostPath.Type)
	case v.PersistentVolumeClaim != nil:
		at, err := p.claim(ctx, pod, v.PersistentVolumeClaim.ClaimName)
		at.readOnly = v.PersistentVolumeClaim.ReadOnly
		return at, err
	case v.Ephemeral != nil:
		return p.claim(ctx, pod, pod.Name+"-"+v.Name)
	}
	files, err := p.payload(ctx, pod, v)
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
