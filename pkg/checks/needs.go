package checks

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// cellKey names the objects of one resource in one namespace, "" for a resource
// that has none.
type cellKey struct {
	gvr       schema.GroupVersionResource
	namespace string
}

// need is a kind that a check must see.
type need struct {
	key  cellKey
	kind string
	// stirs says that a change of it is a reason to send requests again.
	stirs bool
}

// needs are what a check must see; the first is what it is about, the others
// explain.
type needs []need

// target says what a check is about.
func target(c Check, namespace string) (kind, apiVersion, name, in string) {
	in = namespace
	var own string
	switch {
	case c.Object != nil:
		kind, apiVersion, name, own = c.Object.Kind, c.Object.APIVersion, c.Object.Name, c.Object.Namespace
	case c.Objects != nil:
		kind, apiVersion, own = c.Objects.Kind, c.Objects.APIVersion, c.Objects.Namespace
	case c.Absent != nil:
		kind, apiVersion, name, own = c.Absent.Kind, c.Absent.APIVersion, c.Absent.Name, c.Absent.Namespace
	case c.HTTP.Service != "":
		kind, apiVersion, name, own = "Service", "v1", c.HTTP.Service, c.HTTP.Namespace
	default:
		kind, apiVersion, name, own = "Pod", "v1", c.HTTP.Pod, c.HTTP.Namespace
	}
	if own != "" {
		in = own
	}
	return kind, apiVersion, name, in
}

// resolve finds what a check must see. Only the kind that it is about must be
// served.
func (e *Engine) resolve(ctx context.Context, c Check, namespace string) (needs, error) {
	kind, apiVersion, _, in := target(c, namespace)
	main, err := e.kinds.find(ctx, kind, apiVersion)
	if err != nil {
		return nil, err
	}
	list := needs{{key: keyFor(main, in), kind: kind, stirs: true}}
	for _, other := range explaining(c, kind) {
		s, findErr := e.kinds.find(ctx, other.kind, other.apiVersion)
		if findErr == nil {
			list = append(list, need{key: keyFor(s, in), kind: other.kind, stirs: other.stirs})
		}
	}
	return list, nil
}

func keyFor(s served, namespace string) cellKey {
	if !s.namespaced {
		namespace = ""
	}
	return cellKey{gvr: s.gvr, namespace: namespace}
}

type explainingKind struct {
	kind, apiVersion string
	stirs            bool
}

// explaining lists the kinds that say why a check of a kind does not hold.
func explaining(c Check, kind string) []explainingKind {
	events := explainingKind{kind: "Event", apiVersion: "v1"}
	pods := explainingKind{kind: "Pod", apiVersion: "v1", stirs: true}
	configs := explainingKind{kind: "ConfigMap", apiVersion: "v1", stirs: true}
	slices := explainingKind{kind: "EndpointSlice", apiVersion: "discovery.k8s.io/v1", stirs: true}
	switch {
	case c.Absent != nil:
		return nil
	case c.HTTP != nil && c.HTTP.Service != "":
		return []explainingKind{pods, events, slices, configs}
	case c.HTTP != nil:
		return []explainingKind{events, configs}
	}
	switch kind {
	case "Pod":
		return []explainingKind{events}
	case "Deployment":
		return []explainingKind{{kind: "ReplicaSet", apiVersion: "apps/v1"}, pods, events}
	case "ReplicaSet", "StatefulSet", "DaemonSet", "Job":
		return []explainingKind{pods, events}
	}
	return nil
}
