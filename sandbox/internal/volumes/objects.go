package volumes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"
)

// Objects reads the ConfigMaps and Secrets of a namespace, each time from the
// API. A missing optional one is empty; another missing one is an error, in the
// words of the kubelet's cache.
type Objects struct {
	Client    kubernetes.Interface
	Namespace string
}

// ConfigMap reads a ConfigMap.
func (o Objects) ConfigMap(ctx context.Context, name string, optional *bool) (*corev1.ConfigMap, error) {
	m, err := o.Client.CoreV1().ConfigMaps(o.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err = missing(err, "configmap", name, optional); err == nil && m.Name == "" {
		m.Namespace, m.Name = o.Namespace, name
	}
	return m, err
}

// Secret reads a Secret.
func (o Objects) Secret(ctx context.Context, name string, optional *bool) (*corev1.Secret, error) {
	s, err := o.Client.CoreV1().Secrets(o.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err = missing(err, "secret", name, optional); err == nil && s.Name == "" {
		s.Namespace, s.Name = o.Namespace, name
	}
	return s, err
}

// missing drops the error for an optional object, and words it for others as
// the kubelet's cache does: in the singular.
func missing(err error, kind, name string, optional *bool) error {
	switch {
	case !apierrors.IsNotFound(err):
		return err
	case ptr.Deref(optional, false):
		return nil
	}
	return apierrors.NewNotFound(schema.GroupResource{Resource: kind}, name)
}
