package volumes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// What pods write to the node's own disk is bounded for all of them together, and
// not by the pod's own disk; an emptyDir is the pod's.
func TestHostDiskIsShared(t *testing.T) {
	host := NewHost(t.TempDir())
	if err := host.Make("sandbox-1"); err != nil {
		t.Fatal(err)
	}
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		Volumes: []corev1.Volume{
			{Name: "host", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv/data"}}},
			{Name: "own", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		},
		Containers: []corev1.Container{{Name: "c", VolumeMounts: []corev1.VolumeMount{
			{Name: "host", MountPath: "/host"}, {Name: "host", MountPath: "/part", SubPath: "part"}, {Name: "own", MountPath: "/own"},
		}}},
	}}
	v := New(Config{Host: host, Dir: t.TempDir()})
	if err := v.Mount(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	mounts, err := v.Mounts(&pod.Spec.Containers[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mounts {
		if shared := m.Disk != nil; shared != (m.Path != "/own") {
			t.Errorf("%s is on the node's disk: %v", m.Path, shared)
		}
		if m.Disk != nil && m.Disk != host.disk {
			t.Errorf("%s is on a disk of its own", m.Path)
		}
	}
}
