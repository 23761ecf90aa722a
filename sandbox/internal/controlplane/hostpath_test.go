package controlplane

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// testHostPaths wants no volume whose end would delete a folder of the machine.
func testHostPaths(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	volume := func(name, path string, policy corev1.PersistentVolumeReclaimPolicy) *corev1.PersistentVolume {
		return &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: policy,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path}},
		}}
	}
	volumes := client.CoreV1().PersistentVolumes()
	for _, v := range []*corev1.PersistentVolume{
		volume("kept", "/tmp/kept", corev1.PersistentVolumeReclaimRetain),
		volume("elsewhere", "/data", corev1.PersistentVolumeReclaimDelete),
	} {
		if _, err := volumes.Create(t.Context(), v, metav1.CreateOptions{}); err != nil {
			t.Errorf("volume %s: %v", v.Name, err)
		}
	}
	const want = "would delete the folder of that name on your own machine"
	for _, path := range []string{"/tmp/gone", "/home/me/tmp/gone"} {
		_, err := volumes.Create(t.Context(), volume("gone", path, corev1.PersistentVolumeReclaimDelete), metav1.CreateOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("volume of %s: %v", path, err)
		}
	}
	_, err := volumes.Update(t.Context(), volume("kept", "/tmp/kept", corev1.PersistentVolumeReclaimDelete), metav1.UpdateOptions{})
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("changed to Delete: %v", err)
	}
}
