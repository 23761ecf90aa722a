package follow

import "k8s.io/apimachinery/pkg/runtime/schema"

// Key names the objects of one resource in one namespace, "" for a resource
// that has none.
type Key struct {
	GVR       schema.GroupVersionResource
	Namespace string
}

// KeyFor is the key of a kind in a namespace, which a kind that has none leaves out.
func KeyFor(s Served, namespace string) Key {
	if !s.Namespaced {
		namespace = ""
	}
	return Key{GVR: s.GVR, Namespace: namespace}
}
