package checks

import (
	"context"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const (
	// glanceLimit is how many names are read of a kind: a hint is not worth more.
	glanceLimit = 1000
)

// glances remembers, for a moment, which names there are.
type glances struct {
	mu    sync.Mutex
	names map[cellKey]glanced
}

type glanced struct {
	at    time.Time
	names []metav1.PartialObjectMetadata
}

// whereabouts looks where else an object is: in the default namespace, and as
// which other kinds in its own. What may not be seen is left out.
func (e *Engine) whereabouts(ctx context.Context, m kube.Ref, found *survey) (elsewhere, otherKinds []string) {
	s, err := e.kinds.find(ctx, m.Kind, m.APIVersion)
	if err != nil || !s.namespaced {
		return nil, nil
	}
	inDefault := e.glance(ctx, cellKey{gvr: s.gvr, namespace: metav1.NamespaceDefault})
	if slices.ContainsFunc(inDefault, func(o metav1.PartialObjectMetadata) bool { return o.Name == m.Name }) &&
		misplaced(m, inDefault, found.madeAt(ctx, m.Namespace)) {
		elsewhere = []string{metav1.NamespaceDefault}
	}
	for _, kind := range kube.Confusable(m.Kind) {
		other, err := e.kinds.find(ctx, kind, "")
		if err != nil || kind == m.Kind {
			continue
		}
		for _, o := range found.in(ctx, cellKey{gvr: other.gvr, namespace: m.Namespace}) {
			if o.Name == m.Name && len(o.OwnerReferences) == 0 {
				otherKinds = append(otherKinds, kind)
			}
		}
	}
	return elsewhere, otherKinds
}

// madeAt is when a namespace was made, zero where that may not be known.
func (e *Engine) madeAt(ctx context.Context, namespace string) time.Time {
	timed, cancel := context.WithTimeout(ctx, timing.Brief)
	defer cancel()
	n, err := e.metadata.Resource(namespacesResource()).Get(timed, namespace, metav1.GetOptions{})
	if err != nil {
		return time.Time{}
	}
	return n.CreationTimestamp.Time
}

func (e *Engine) glance(ctx context.Context, key cellKey) []metav1.PartialObjectMetadata {
	e.glances.mu.Lock()
	defer e.glances.mu.Unlock()
	if g, ok := e.glances.names[key]; ok && time.Since(g.at) < timing.Names {
		return g.names
	}
	timed, cancel := context.WithTimeout(ctx, timing.Brief)
	defer cancel()
	g := glanced{}
	list, err := e.metadata.Resource(key.gvr).Namespace(key.namespace).List(timed, metav1.ListOptions{Limit: glanceLimit})
	if ctx.Err() != nil {
		// The asker gave up, which says nothing to the next one.
		return nil
	}
	if err == nil {
		g.names = list.Items
	}
	g.at = time.Now()
	e.glances.names[key] = g
	return g.names
}

func namespacesResource() schema.GroupVersionResource {
	return schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
}
