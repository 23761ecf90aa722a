package ingress

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
)

// The names of ingress-nginx' manifest for bare metal.
const (
	controllerName  = "k8s.io/ingress-nginx"
	className       = "nginx"
	namespace       = "ingress-nginx"
	serviceName     = "ingress-nginx-controller"
	annotationClass = "kubernetes.io/ingress.class"
)

// description is on each object, since there is no pod behind them.
func description() map[string]string {
	return map[string]string{"kubernetes.io/description": "The sandbox itself serves Ingresses, over HTTP only: there is no controller pod."}
}

func appLabels() map[string]string {
	return map[string]string{
		"app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/component": "controller",
	}
}

// install creates the class, the namespace and the Service if they don't exist.
func install(ctx context.Context, client kubernetes.Interface) error {
	class := &networkingv1.IngressClass{
		ObjectMeta: metav1.ObjectMeta{Name: className, Labels: appLabels(), Annotations: description()},
		Spec:       networkingv1.IngressClassSpec{Controller: controllerName},
	}
	class.Annotations[networkingv1.AnnotationIsDefaultIngressClass] = "true"
	if _, err := client.NetworkingV1().IngressClasses().Create(ctx, class, metav1.CreateOptions{}); ignoreExists(err) != nil {
		return err
	}
	home := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: appLabels(), Annotations: description()}}
	if _, err := client.CoreV1().Namespaces().Create(ctx, home, metav1.CreateOptions{}); ignoreExists(err) != nil {
		return err
	}
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: serviceName, Labels: appLabels(), Annotations: description()},
		Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeNodePort, Ports: []corev1.ServicePort{
			{Name: "http", Port: 80, TargetPort: intstr.FromString("http"), Protocol: corev1.ProtocolTCP, AppProtocol: new("http")},
		}},
	}
	_, err := client.CoreV1().Services(namespace).Create(ctx, service, metav1.CreateOptions{})
	return ignoreExists(err)
}

func ignoreExists(err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// publish adds the controller as the Service's endpoint, or removes it: without
// it the node port is closed. A Service that the learner deleted stays deleted.
func (c *controller) publish(ctx context.Context, wanted bool) error {
	slices := c.Client.DiscoveryV1().EndpointSlices(namespace)
	_, err := slices.Get(ctx, serviceName, metav1.GetOptions{})
	switch {
	case err == nil && wanted, apierrors.IsNotFound(err) && !wanted:
		return nil
	case err == nil:
		err = slices.Delete(ctx, serviceName, metav1.DeleteOptions{})
	case apierrors.IsNotFound(err):
		_, err = slices.Create(ctx, endpointSlice(), metav1.CreateOptions{})
	}
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		return fmt.Errorf("failed to publish the ingress controller: %w", err)
	}
	return nil
}

func endpointSlice() *discoveryv1.EndpointSlice {
	labels := appLabels()
	labels[discoveryv1.LabelServiceName], labels[discoveryv1.LabelManagedBy] = serviceName, "kubectl-learn-sandbox"
	return &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: namespace, Name: serviceName, Labels: labels, Annotations: description()},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{Address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
		Ports:       []discoveryv1.EndpointPort{{Name: new("http"), Port: new(int32(80)), Protocol: new(corev1.ProtocolTCP)}},
	}
}
