package node

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	podshelper "k8s.io/kubernetes/pkg/apis/core/pods"
	v1helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/fieldpath"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/envvars"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/volumes"
)

// environment is upstream's makeEnvironmentVariables: envFrom, then env with
// $(NAME) expanded, then the variables of the services that exist by now. It
// always reads from the API, never from a cache, so that it sees objects
// created just before the pod.
func (w *worker) environment(ctx context.Context, pod *corev1.Pod, c *corev1.Container) ([]kubecontainer.EnvVar, error) {
	services, err := w.serviceVariables(ctx, pod)
	if err != nil {
		return nil, err
	}
	source := objects{volumes.Objects{Client: w.node.Client, Namespace: pod.Namespace}}
	values := map[string]string{}
	for _, from := range c.EnvFrom {
		if err := source.envFrom(ctx, from, values); err != nil {
			return nil, err
		}
	}
	var expand expander
	mapping := expansion.MappingFuncFor(values, services)
	for _, v := range c.Env {
		value, err := expand.in(v.Value, mapping)
		if err != nil {
			return nil, err
		}
		set := true
		if v.Value == "" && v.ValueFrom != nil {
			if value, set, err = w.valueFrom(ctx, source, pod, c, v.ValueFrom); err != nil {
				return nil, err
			}
		}
		if set {
			values[v.Name] = value
		}
	}
	for k, v := range services {
		if _, own := values[k]; !own {
			values[k] = v
		}
	}
	out := make([]kubecontainer.EnvVar, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out = append(out, kubecontainer.EnvVar{Name: name, Value: values[name]})
	}
	return out, nil
}

func (w *worker) serviceVariables(ctx context.Context, pod *corev1.Pod) (map[string]string, error) {
	var wanted []*corev1.Service
	keep := func(namespace string, want func(*corev1.Service) bool) error {
		list, err := w.node.Client.CoreV1().Services(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return fmt.Errorf("failed to list services when setting up env vars: %w", err)
		}
		for i := range list.Items {
			if s := &list.Items[i]; v1helper.IsServiceIPSet(s) && want(s) {
				wanted = append(wanted, s)
			}
		}
		return nil
	}
	master := func(s *corev1.Service) bool { return s.Namespace == metav1.NamespaceDefault && s.Name == "kubernetes" }
	if err := keep(metav1.NamespaceDefault, master); err != nil {
		return nil, err
	}
	if pod.Spec.EnableServiceLinks == nil || *pod.Spec.EnableServiceLinks {
		if err := keep(pod.Namespace, func(s *corev1.Service) bool { return !master(s) }); err != nil {
			return nil, err
		}
	}
	out := map[string]string{}
	for _, v := range envvars.FromServices(wanted) {
		out[v.Name] = v.Value
	}
	return out, nil
}

// valueFrom resolves a variable's source; false when an optional one is missing.
func (w *worker) valueFrom(ctx context.Context, source objects, pod *corev1.Pod, c *corev1.Container, from *corev1.EnvVarSource) (string, bool, error) {
	switch {
	case from.FieldRef != nil:
		value, err := w.field(pod, from.FieldRef)
		return value, true, err
	case from.ResourceFieldRef != nil:
		value, err := resource.ExtractContainerResourceValue(from.ResourceFieldRef, w.withLimits(c))
		return value, true, err
	case from.ConfigMapKeyRef != nil:
		return source.configKey(ctx, from.ConfigMapKeyRef)
	case from.SecretKeyRef != nil:
		return source.secretKey(ctx, from.SecretKeyRef)
	}
	return "", true, nil
}

// withLimits gives a container without limits those of the node, as a kubelet
// does.
func (w *worker) withLimits(c *corev1.Container) *corev1.Container {
	out := c.DeepCopy()
	resource.MergeContainerResourceLimits(out, w.node.allocatable())
	return out
}

// field returns the value of a field of the pod, including those that only its
// node knows.
func (w *worker) field(pod *corev1.Pod, ref *corev1.ObjectFieldSelector) (string, error) {
	path, _, err := podshelper.ConvertDownwardAPIFieldLabel(ref.APIVersion, ref.FieldPath, "")
	if err != nil {
		return "", err
	}
	switch path {
	case "spec.nodeName":
		return pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return pod.Spec.ServiceAccountName, nil
	case "status.hostIP", "status.hostIPs":
		return w.node.ip, nil
	case "status.podIP", "status.podIPs":
		return w.ip, nil
	}
	return fieldpath.ExtractFieldPathAsString(pod, path)
}
