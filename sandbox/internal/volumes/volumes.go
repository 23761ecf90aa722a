// Package volumes fills the folders of a pod's volumes as a kubelet does, and
// says where in a container's tree they are mounted. It uses upstream's code
// for the content where possible: the payloads, and the rules of token renewal.
package volumes

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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

// Pod is the volumes of one pod on its node. It is not safe for concurrent use.
type Pod struct {
	Config
	sources map[string]source
	tokens  map[string]issued
	// memories limit the volumes in memory.
	memories map[string]*container.Disk
}

// New returns the volumes of a pod, none of them mounted.
func New(cfg Config) *Pod {
	return &Pod{Config: cfg, tokens: map[string]issued{}, memories: map[string]*container.Disk{}}
}

func (p *Pod) dir(name string) string { return filepath.Join(p.Dir, "volumes", name) }

// source is where on the machine's disk a volume is.
type source struct {
	// dir is the folder, path the volume's part of it.
	dir, path string
	// disk limits what is written to it; nil for the pod's own disk.
	disk     *container.Disk
	readOnly bool
	// projected says that the node writes the files and updates them; users are
	// the owners of those that aren't root's.
	projected bool
	users     map[string]int64
	// mode is the permissions that the volume shows; those on disk if 0. group
	// is the group of its content.
	mode  fs.FileMode
	group int64
}

// Mount fills the folders of the pod's volumes, or updates them. It joins the
// errors, one for each volume; unavailable content stays unchanged.
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

// mountError is the error for a volume that could not be created, in the
// kubelet's words.
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
		return owned(pod, source{dir: dir, mode: modeOf(v), disk: p.memory(v)}), makeVolume(dir)
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
	at := owned(pod, source{dir: dir, mode: modeOf(v), readOnly: true, projected: true, users: map[string]int64{}})
	for name, f := range files {
		if at.mode&fs.ModeSetgid != 0 {
			f.Mode |= 0o440
			files[name] = f
		}
		if f.FsUser != nil {
			at.users[name] = *f.FsUser
		}
	}
	return at, project(dir, files)
}

// memory limits an emptyDir in memory with a size; nil is no limit.
func (p *Pod) memory(v *corev1.Volume) *container.Disk {
	if v.EmptyDir.Medium != corev1.StorageMediumMemory || v.EmptyDir.SizeLimit == nil {
		return nil
	}
	if p.memories[v.Name] == nil {
		p.memories[v.Name] = container.NewDisk(p.dir(v.Name), v.EmptyDir.SizeLimit.Value(), func() {})
	}
	return p.memories[v.Name]
}

// modeOf returns a volume's permissions: every user in the pod may use it. A
// volume in memory has the sticky bit of a tmpfs.
func modeOf(v *corev1.Volume) fs.FileMode {
	if v.ConfigMap != nil || v.EmptyDir != nil && v.EmptyDir.Medium != corev1.StorageMediumMemory {
		return 0o777
	}
	return 0o777 | fs.ModeSticky
}

// owned sets the group of the pod's own volumes to its fsGroup.
func owned(pod *corev1.Pod, at source) source {
	if s := pod.Spec.SecurityContext; s != nil && s.FSGroup != nil {
		at.group = *s.FSGroup
		at.mode |= fs.ModeSetgid
	}
	return at
}

// makeVolume creates a volume's folder, which every user in the pod may use.
func makeVolume(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o777) // Whatever the umask; the folders above are private.
}
