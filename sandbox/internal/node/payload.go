package node

import (
	"context"
	"errors"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	"k8s.io/kubernetes/pkg/fieldpath"
	"k8s.io/kubernetes/pkg/volume/configmap"
	"k8s.io/kubernetes/pkg/volume/secret"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
)

// payload is what a volume holds.
type payload = map[string]volumeutil.FileProjection

// payload reads the files of a volume from the API.
func (w *worker) payload(ctx context.Context, pod *corev1.Pod, v *corev1.Volume) (payload, error) {
	source := &objects{node: w.node, namespace: pod.Namespace}
	switch {
	case v.ConfigMap != nil:
		return source.configMapFiles(ctx, v.ConfigMap.Name, v.ConfigMap.Items, v.ConfigMap.DefaultMode, v.ConfigMap.Optional)
	case v.Secret != nil:
		return source.secretFiles(ctx, v.Secret.SecretName, v.Secret.Items, v.Secret.DefaultMode, v.Secret.Optional)
	case v.DownwardAPI != nil:
		return w.downwardFiles(pod, v.DownwardAPI.Items, v.DownwardAPI.DefaultMode)
	case v.Projected != nil:
		return w.projectedFiles(ctx, source, pod, v.Projected)
	}
	return nil, errors.New("volumes of this kind are not supported by the sandbox")
}

func (o *objects) configMapFiles(ctx context.Context, name string, items []corev1.KeyToPath, mode *int32, optional *bool) (payload, error) {
	m, err := o.configMap(ctx, name)
	if err != nil {
		if err = unlessOptional(err, optional); err != nil {
			return nil, err
		}
		m = &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: name}}
	}
	return configmap.MakePayload(items, m, mode, isTrue(optional))
}

func (o *objects) secretFiles(ctx context.Context, name string, items []corev1.KeyToPath, mode *int32, optional *bool) (payload, error) {
	s, err := o.secret(ctx, name)
	if err != nil {
		if err = unlessOptional(err, optional); err != nil {
			return nil, err
		}
		s = &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: o.namespace, Name: name}}
	}
	return secret.MakePayload(items, s, mode, isTrue(optional))
}

func (w *worker) downwardFiles(pod *corev1.Pod, items []corev1.DownwardAPIVolumeFile, mode *int32) (payload, error) {
	out := payload{}
	for _, item := range items {
		value, err := w.downward(pod, item)
		if err != nil {
			return nil, err
		}
		file := volumeutil.FileProjection{Data: []byte(value), Mode: *mode}
		if item.Mode != nil {
			file.Mode = *item.Mode
		}
		out[item.Path] = file
	}
	return out, nil
}

func (w *worker) downward(pod *corev1.Pod, item corev1.DownwardAPIVolumeFile) (string, error) {
	switch {
	case item.FieldRef != nil:
		return fieldpath.ExtractFieldPathAsString(pod, item.FieldRef.FieldPath)
	case item.ResourceFieldRef != nil:
		return resource.ExtractResourceValueByContainerNameAndNodeAllocatable(
			item.ResourceFieldRef, pod, item.ResourceFieldRef.ContainerName, w.node.object().Status.Allocatable)
	}
	return "", nil
}

// projectedFiles joins the sources of a projected volume.
func (w *worker) projectedFiles(ctx context.Context, source *objects, pod *corev1.Pod, v *corev1.ProjectedVolumeSource) (payload, error) {
	out := payload{}
	var all []error
	for _, s := range v.Sources {
		files, err := w.projection(ctx, source, pod, v, s)
		all = append(all, err)
		maps.Copy(out, files)
	}
	return out, errors.Join(all...)
}

func (w *worker) projection(ctx context.Context, source *objects, pod *corev1.Pod, v *corev1.ProjectedVolumeSource, s corev1.VolumeProjection) (payload, error) {
	switch {
	case s.ConfigMap != nil:
		return source.configMapFiles(ctx, s.ConfigMap.Name, s.ConfigMap.Items, v.DefaultMode, s.ConfigMap.Optional)
	case s.Secret != nil:
		return source.secretFiles(ctx, s.Secret.Name, s.Secret.Items, v.DefaultMode, s.Secret.Optional)
	case s.DownwardAPI != nil:
		return w.downwardFiles(pod, s.DownwardAPI.Items, v.DefaultMode)
	case s.ServiceAccountToken != nil:
		return w.token(ctx, pod, s.ServiceAccountToken, *v.DefaultMode)
	}
	return nil, errors.New("projections of this kind are not supported by the sandbox")
}
