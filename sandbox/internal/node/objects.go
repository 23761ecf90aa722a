package node

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// objects reads ConfigMaps and Secrets of a namespace.
type objects struct {
	node      *Node
	namespace string
}

func (o *objects) configMap(ctx context.Context, name string) (*corev1.ConfigMap, error) {
	m, err := o.node.Client.CoreV1().ConfigMaps(o.namespace).Get(ctx, name, metav1.GetOptions{})
	return m, notFound(err, "configmap", name)
}

func (o *objects) secret(ctx context.Context, name string) (*corev1.Secret, error) {
	s, err := o.node.Client.CoreV1().Secrets(o.namespace).Get(ctx, name, metav1.GetOptions{})
	return s, notFound(err, "secret", name)
}

// notFound words a missing object as the kubelet's cache does: in the singular.
func notFound(err error, kind, name string) error {
	if apierrors.IsNotFound(err) {
		return apierrors.NewNotFound(schema.GroupResource{Resource: kind}, name)
	}
	return err
}

func (o *objects) envFrom(ctx context.Context, from corev1.EnvFromSource, into map[string]string) error {
	switch {
	case from.ConfigMapRef != nil:
		m, err := o.configMap(ctx, from.ConfigMapRef.Name)
		if err != nil {
			return unlessOptional(err, from.ConfigMapRef.Optional)
		}
		for k, v := range m.Data {
			into[from.Prefix+k] = v
		}
	case from.SecretRef != nil:
		s, err := o.secret(ctx, from.SecretRef.Name)
		if err != nil {
			return unlessOptional(err, from.SecretRef.Optional)
		}
		for k, v := range s.Data {
			into[from.Prefix+k] = string(v)
		}
	}
	return nil
}

func (o *objects) configKey(ctx context.Context, ref *corev1.ConfigMapKeySelector) (string, bool, error) {
	m, err := o.configMap(ctx, ref.Name)
	if err != nil {
		return "", false, unlessOptional(err, ref.Optional)
	}
	if value, ok := m.Data[ref.Key]; ok {
		return value, true, nil
	}
	return "", false, missingKey(ref.Optional, ref.Key, "ConfigMap", o.namespace, ref.Name)
}

func (o *objects) secretKey(ctx context.Context, ref *corev1.SecretKeySelector) (string, bool, error) {
	s, err := o.secret(ctx, ref.Name)
	if err != nil {
		return "", false, unlessOptional(err, ref.Optional)
	}
	if value, ok := s.Data[ref.Key]; ok {
		return string(value), true, nil
	}
	return "", false, missingKey(ref.Optional, ref.Key, "Secret", o.namespace, ref.Name)
}

func missingKey(optional *bool, key, kind, namespace, name string) error {
	if isTrue(optional) {
		return nil
	}
	return fmt.Errorf("couldn't find key %v in %s %v/%v", key, kind, namespace, name)
}

// unlessOptional drops the error of a missing object that may be missing.
func unlessOptional(err error, optional *bool) error {
	if apierrors.IsNotFound(err) && isTrue(optional) {
		return nil
	}
	return err
}

func isTrue(b *bool) bool { return b != nil && *b }
