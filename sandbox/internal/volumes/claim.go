package volumes

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// claim finds the volume that a PersistentVolumeClaim is bound to. The node has
// only volumes on its own disk: hostPath and local ones.
func (p *Pod) claim(ctx context.Context, pod *corev1.Pod, name string) (source, error) {
	claim, err := p.Client.CoreV1().PersistentVolumeClaims(pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return source{}, fmt.Errorf("failed to fetch PVC from API server: %w", err)
	}
	if claim.Status.Phase != corev1.ClaimBound || claim.Spec.VolumeName == "" {
		return source{}, fmt.Errorf("PVC is not bound")
	}
	volume, err := p.Client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
	if err != nil {
		return source{}, fmt.Errorf("failed to fetch PV from API server: %w", err)
	}
	if mode := volume.Spec.VolumeMode; mode != nil && *mode == corev1.PersistentVolumeBlock {
		return source{}, fmt.Errorf("block volumes are not supported by the sandbox")
	}
	switch {
	case volume.Spec.HostPath != nil:
		return p.Host.find(volume.Spec.HostPath.Path, volume.Spec.HostPath.Type)
	case volume.Spec.Local != nil:
		at, err := p.Host.existing(volume.Spec.Local.Path)
		return at, err
	}
	return source{}, fmt.Errorf("volumes of this kind are not supported by the sandbox")
}

// existing finds a path on the node's disk that must exist: whoever manages the
// node creates local volumes.
func (h Host) existing(name string) (source, error) {
	at, err := h.find(name, new(corev1.HostPathDirectory))
	if err != nil {
		return at, fmt.Errorf("path %q does not exist", name)
	}
	return at, nil
}
