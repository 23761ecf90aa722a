package reach

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// ingressNginx is the controller whose Service can be found by labels: those of its
// manifests and of its chart (https://kubernetes.github.io/ingress-nginx/deploy).
const (
	ingressNginx         = "k8s.io/ingress-nginx"
	ingressNginxSelector = "app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/component=controller"
)

// NoControllerError says that the Service in front of an Ingress was not found.
type NoControllerError struct {
	Ingress string
	// Class is that of the Ingress, "" for none.
	Class string
	// Controller is the class's, "" where there is no such class.
	Controller string
}

func (e *NoControllerError) Error() string {
	return fmt.Sprintf("failed to find a Service of controller %q of class %q, which ingress %q uses", e.Controller, e.Class, e.Ingress)
}

// Door finds the Service through which requests reach an Ingress: that of its
// controller. It fails with *NoControllerError.
func (f *Finder) Door(ctx context.Context, namespace, ingress string) (doorNamespace, service string, err error) {
	object, err := f.networking("ingresses").Namespace(namespace).Get(ctx, ingress, metav1.GetOptions{})
	if err != nil {
		return "", "", err
	}
	unknown := &NoControllerError{Ingress: ingress}
	unknown.Class, _, _ = unstructured.NestedString(object.Object, "spec", "ingressClassName")
	if unknown.Class == "" {
		unknown.Class = object.GetAnnotations()["kubernetes.io/ingress.class"]
	}
	if unknown.Class == "" {
		return "", "", unknown
	}
	// If there is no such class, or the learner may not read it, there is no
	// controller.
	if class, err := f.networking("ingressclasses").Get(ctx, unknown.Class, metav1.GetOptions{}); err == nil {
		unknown.Controller, _, _ = unstructured.NestedString(class.Object, "spec", "controller")
	}
	if unknown.Controller != ingressNginx {
		return "", "", unknown
	}
	list, err := f.core("services").List(ctx, metav1.ListOptions{LabelSelector: ingressNginxSelector})
	if err != nil {
		return "", "", err
	}
	for _, s := range list.Items {
		if port := firstPort(&s); port["port"] == int64(80) { // Not its webhook's.
			return s.GetNamespace(), s.GetName(), nil
		}
	}
	return "", "", unknown
}

func (f *Finder) networking(resource string) dynamic.NamespaceableResourceInterface {
	return f.client.Resource(schema.GroupVersionResource{Group: "networking.k8s.io", Version: "v1", Resource: resource})
}
