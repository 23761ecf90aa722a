package volumes

import (
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestOverfull(t *testing.T) {
	dir := t.TempDir()
	pod := &corev1.Pod{Spec: corev1.PodSpec{Volumes: []corev1.Volume{
		{Name: "free", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		{Name: "cache", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{SizeLimit: new(resource.MustParse("1Ki"))}}},
	}}}
	if !Limited(pod) || Limited(&corev1.Pod{Spec: corev1.PodSpec{Volumes: pod.Spec.Volumes[:1]}}) {
		t.Error("only the second volume has a limit")
	}
	p := New(Config{Dir: dir})
	write := func(volume string, size int) {
		t.Helper()
		if err := os.MkdirAll(p.dir(volume), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(p.dir(volume), "file"), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("free", 5000)
	write("cache", 1024)
	if got := p.Overfull(pod); got != "" {
		t.Errorf("at its limit: %q", got)
	}
	write("cache", 1025)
	if got, want := p.Overfull(pod), `Usage of EmptyDir volume "cache" exceeds the limit "1Ki". `; got != want {
		t.Errorf("beyond its limit: %q, want %q", got, want)
	}
}
