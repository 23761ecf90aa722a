package node

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

func TestRunAsNonRoot(t *testing.T) {
	root, user, named := container.Image{}, container.Image{User: 100}, container.Image{User: 100, UserName: "curl_user"}
	for name, test := range map[string]struct {
		pod   corev1.PodSecurityContext
		image container.Image
		want  string
	}{
		"not asked for":        {image: root},
		"root's image":         {corev1.PodSecurityContext{RunAsNonRoot: new(true)}, root, "image will run as root"},
		"an image with a user": {corev1.PodSecurityContext{RunAsNonRoot: new(true)}, user, ""},
		"a user's name":        {corev1.PodSecurityContext{RunAsNonRoot: new(true)}, named, "image has non-numeric user (curl_user), cannot verify user is non-root"},
		"a number beside it":   {corev1.PodSecurityContext{RunAsNonRoot: new(true), RunAsUser: new(int64(5))}, named, ""},
		"root by number":       {corev1.PodSecurityContext{RunAsNonRoot: new(true), RunAsUser: new(int64(0))}, user, "container's runAsUser breaks non-root policy"},
	} {
		t.Run(name, func(t *testing.T) {
			pod := &corev1.Pod{Spec: corev1.PodSpec{SecurityContext: &test.pod}}
			err := runAsNonRoot(pod, &corev1.Container{}, &container.Found{Image: test.image})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
