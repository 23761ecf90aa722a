package controlplane

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	schedulingv1 "k8s.io/kubernetes/pkg/apis/scheduling/v1"
	"k8s.io/utils/ptr"
)

// bootstrap creates the objects that every cluster has and that no controller
// here creates. Each part is safe to repeat at any time.
func bootstrap(ctx context.Context, client kubernetes.Interface) error {
	if err := retry(ctx, func() error { return publishServer(ctx, client) }); err != nil {
		return fmt.Errorf("failed to publish the API server's address: %w", err)
	}
	if err := retry(ctx, func() error { return makeDNSService(ctx, client) }); err != nil {
		return fmt.Errorf("failed to make the Service of the cluster's DNS: %w", err)
	}
	if err := retry(ctx, func() error { return makePriorityClasses(ctx, client) }); err != nil {
		return fmt.Errorf("failed to make the priority classes: %w", err)
	}
	return nil
}

// publishServer sets the endpoints of the Service "kubernetes".
func publishServer(ctx context.Context, client kubernetes.Interface) error {
	_, err := client.DiscoveryV1().EndpointSlices(metav1.NamespaceDefault).Create(ctx, &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name:   "kubernetes",
			Labels: map[string]string{discoveryv1.LabelServiceName: "kubernetes"},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{
			Addresses:  []string{AdvertiseAddress},
			Conditions: discoveryv1.EndpointConditions{Ready: new(true)},
		}},
		Ports: []discoveryv1.EndpointPort{{
			Name: new("https"), Port: ptr.To[int32](AdvertisePort), Protocol: ptr.To(corev1.ProtocolTCP),
		}},
	}, metav1.CreateOptions{})
	return ignoreExists(err)
}

// makeDNSService creates the Service that pods send DNS queries to. It selects
// no pods: the sandbox's network answers.
func makeDNSService(ctx context.Context, client kubernetes.Interface) error {
	services := client.CoreV1().Services(metav1.NamespaceSystem)
	// Creating it again would fail because its address is taken, not because it
	// exists.
	if _, err := services.Get(ctx, "kube-dns", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		return err
	}
	_, err := services.Create(ctx, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{
			Name:   "kube-dns",
			Labels: map[string]string{"k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS"},
		},
		Spec: corev1.ServiceSpec{
			ClusterIP: DNSAddress,
			Ports: []corev1.ServicePort{
				{Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP, TargetPort: intstr.FromInt32(53)},
				{Name: "dns-tcp", Port: 53, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(53)},
			},
		},
	}, metav1.CreateOptions{})
	return ignoreExists(err)
}

func makePriorityClasses(ctx context.Context, client kubernetes.Interface) error {
	for _, class := range schedulingv1.SystemPriorityClasses() {
		_, err := client.SchedulingV1().PriorityClasses().Create(ctx, class, metav1.CreateOptions{})
		if err := ignoreExists(err); err != nil {
			return err
		}
	}
	return nil
}

func ignoreExists(err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
