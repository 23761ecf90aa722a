package node

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/volumes"
)

// objects reads values for variables from the ConfigMaps and Secrets of a
// namespace.
type objects struct{ volumes.Objects }

func (o objects) envFrom(ctx context.Context, from corev1.EnvFromSource, into map[string]string) error {
	switch {
	case from.ConfigMapRef != nil:
		m, err := o.ConfigMap(ctx, from.ConfigMapRef.Name, from.ConfigMapRef.Optional)
		if err != nil {
			return err
		}
		for k, v := range m.Data {
			into[from.Prefix+k] = v
		}
	case from.SecretRef != nil:
		s, err := o.Secret(ctx, from.SecretRef.Name, from.SecretRef.Optional)
		if err != nil {
			return err
		}
		for k, v := range s.Data {
			into[from.Prefix+k] = string(v)
		}
	}
	return nil
}

// configKey returns a key's value; false if it is missing and optional.
func (o objects) configKey(ctx context.Context, ref *corev1.ConfigMapKeySelector) (string, bool, error) {
	m, err := o.ConfigMap(ctx, ref.Name, ref.Optional)
	if err != nil {
		return "", false, err
	}
	if value, ok := m.Data[ref.Key]; ok {
		return value, true, nil
	}
	return "", false, o.missingKey(ref.Optional, ref.Key, "ConfigMap", ref.Name)
}

// secretKey returns a key's value; false if it is missing and optional.
func (o objects) secretKey(ctx context.Context, ref *corev1.SecretKeySelector) (string, bool, error) {
	s, err := o.Secret(ctx, ref.Name, ref.Optional)
	if err != nil {
		return "", false, err
	}
	if value, ok := s.Data[ref.Key]; ok {
		return string(value), true, nil
	}
	return "", false, o.missingKey(ref.Optional, ref.Key, "Secret", ref.Name)
}

func (o objects) missingKey(optional *bool, key, kind, name string) error {
	if ptr.Deref(optional, false) {
		return nil
	}
	return fmt.Errorf("couldn't find key %v in %s %v/%v", key, kind, o.Namespace, name)
}
