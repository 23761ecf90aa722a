package checks

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

type object = unstructured.Unstructured

// objectRef names an object.
type objectRef struct {
	kind, apiVersion, name, namespace string
}
