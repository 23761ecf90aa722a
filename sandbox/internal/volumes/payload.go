package volumes

import (
	"context"
	"errors"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	"k8s.io/kubernetes/pkg/fieldpath"
	"k8s.io/kubernetes/pkg/volume/configmap"
	"k8s.io/kubernetes/pkg/volume/secret"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
	"k8s.io/utils/ptr"
)

// payload is the content of a volume.
type payload = map[string]volumeutil.FileProjection

// payload reads the files of a volume from the API.
func (p *Pod) payload(ctx context.Context, pod *corev1.Pod, v *corev1.Volume) (payload, error) {
	source := Objects{p.Client, pod.Namespace}
	switch {
	case v.ConfigMap != nil:
		return source.configMapFiles(ctx, v.ConfigMap.Name, v.ConfigMap.Items, v.ConfigMap.DefaultMode, v.ConfigMap.Optional)
	case v.Secret != nil:
		return source.secretFiles(ctx, v.Secret.SecretName, v.Secret.Items, v.Secret.DefaultMode, v.Secret.Optional)
	case v.DownwardAPI != nil:
		return p.downwardFiles(pod, v.DownwardAPI.Items, v.DownwardAPI.DefaultMode)
	case v.Projected != nil:
		return p.projectedFiles(ctx, source, pod, v.Projected)
	}
	return nil, errors.New("volumes of this kind are not supported by the sandbox")
}

func (o Objects) configMapFiles(ctx context.Context, name string, items []corev1.KeyToPath, mode *int32, optional *bool) (payload, error) {
	m, err := o.ConfigMap(ctx, name, optional)
	if err != nil {
		return nil, err
	}
	return configmap.MakePayload(items, m, mode, ptr.Deref(optional, false))
}

func (o Objects) secretFiles(ctx context.Context, name string, items []corev1.KeyToPath, mode *int32, optional *bool) (payload, error) {
	s, err := o.Secret(ctx, name, optional)
	if err != nil {
		return nil, err
	}
	return secret.MakePayload(items, s, mode, ptr.Deref(optional, false))
}

func (p *Pod) downwardFiles(pod *corev1.Pod, items []corev1.DownwardAPIVolumeFile, mode *int32) (payload, error) {
	out := payload{}
	for _, item := range items {
		value, err := p.downward(pod, item)
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

func (p *Pod) downward(pod *corev1.Pod, item corev1.DownwardAPIVolumeFile) (string, error) {
	switch {
	case item.FieldRef != nil:
		return fieldpath.ExtractFieldPathAsString(pod, item.FieldRef.FieldPath)
	case item.ResourceFieldRef != nil:
		return resource.ExtractResourceValueByContainerNameAndNodeAllocatable(
			item.ResourceFieldRef, pod, item.ResourceFieldRef.ContainerName, p.Allocatable())
	}
	return "", nil
}

// projectedFiles joins the sources of a projected volume.
func (p *Pod) projectedFiles(ctx context.Context, source Objects, pod *corev1.Pod, v *corev1.ProjectedVolumeSource) (payload, error) {
	out := payload{}
	var all []error
	for _, s := range v.Sources {
		files, err := p.projection(ctx, source, pod, v, s)
		all = append(all, err)
		maps.Copy(out, files)
	}
	return out, errors.Join(all...)
}

func (p *Pod) projection(ctx context.Context, source Objects, pod *corev1.Pod, v *corev1.ProjectedVolumeSource, s corev1.VolumeProjection) (payload, error) {
	switch {
	case s.ConfigMap != nil:
		return source.configMapFiles(ctx, s.ConfigMap.Name, s.ConfigMap.Items, v.DefaultMode, s.ConfigMap.Optional)
	case s.Secret != nil:
		return source.secretFiles(ctx, s.Secret.Name, s.Secret.Items, v.DefaultMode, s.Secret.Optional)
	case s.DownwardAPI != nil:
		return p.downwardFiles(pod, s.DownwardAPI.Items, v.DefaultMode)
	case s.ServiceAccountToken != nil:
		return p.token(ctx, pod, s.ServiceAccountToken, *v.DefaultMode)
	}
	return nil, errors.New("projections of this kind are not supported by the sandbox")
}
