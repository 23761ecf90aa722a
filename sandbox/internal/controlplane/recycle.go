package controlplane

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-learn/kubectl-learn/internal/atomicfile"
)

// writeRecycler writes the pod that the controller manager uses to empty a
// hostPath volume with the reclaim policy Recycle. Upstream's own pod needs an
// image that the sandbox does not have.
func writeRecycler(file string) error {
	const scrub = `rm -rf /scrub/..?* /scrub/.[!.]* /scrub/*; test -z "$(ls -A /scrub)"`
	data, err := json.Marshal(corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{GenerateName: "pv-recycler-", Namespace: metav1.NamespaceDefault},
		Spec: corev1.PodSpec{
			ActiveDeadlineSeconds: new(int64(60)), RestartPolicy: corev1.RestartPolicyNever,
			Volumes: []corev1.Volume{{Name: "vol"}}, // The controller sets the volume.
			Containers: []corev1.Container{{
				Name: "pv-recycler", Image: "busybox:1.37", Command: []string{"/bin/sh", "-c", scrub},
				VolumeMounts: []corev1.VolumeMount{{Name: "vol", MountPath: "/scrub"}},
			}},
		},
	})
	if err != nil {
		return err
	}
	return atomicfile.Write(file, data)
}
