package follow

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
	// mostNames is how many names are read of a kind: a hint is not worth more.
	mostNames = 1000
)

// recentNames remembers, for a moment, which names there are.
type recentNames struct {
	mu    sync.Mutex
	lists map[Key]namesAt
}

// namesAt are the names that there were at a time.
type namesAt struct {
	at    time.Time
	names []metav1.PartialObjectMetadata
}

// Whereabouts looks where else an object is: in the default namespace, and as
// which other kinds in its own. What may not be seen is left out.
func (c *Cluster) Whereabouts(ctx context.Context, m kube.Ref, found *Survey) (elsewhere, otherKinds []string) {
	s, err := c.kinds.find(ctx, m.Kind, m.APIVersion)
	if err != nil || !s.Namespaced {
		return nil, nil
	}
	inDefault := c.namesOf(ctx, Key{GVR: s.GVR, Namespace: metav1.NamespaceDefault})
	if slices.ContainsFunc(inDefault, func(o metav1.PartialObjectMetadata) bool { return o.Name == m.Name }) &&
		misplaced(m, inDefault, found.madeAt(ctx, m.Namespace)) {
		elsewhere = []string{metav1.NamespaceDefault}
	}
	for _, kind := range kube.Confusable(m.Kind) {
		other, err := c.kinds.find(ctx, kind, "")
		if err != nil || kind == m.Kind {
			continue
		}
		for _, o := range found.in(ctx, Key{GVR: other.GVR, Namespace: m.Namespace}) {
			if o.Name == m.Name && len(o.OwnerReferences) == 0 {
				otherKinds = append(otherKinds, kind)
			}
		}
	}
	return elsewhere, otherKinds
}

// madeAt is when a namespace was made, zero where that may not be known.
func (c *Cluster) madeAt(ctx context.Context, namespace string) time.Time {
	timed, cancel := context.WithTimeout(ctx, timing.Brief)
	defer cancel()
	n, err := c.metadata.Resource(namespacesResource()).Get(timed, namespace, metav1.GetOptions{})
	if err != nil {
		return time.Time{}
	}
	return n.CreationTimestamp.Time
}

// namesOf are the names of a kind in a namespace, as they were a moment ago at most.
func (c *Cluster) namesOf(ctx context.Context, key Key) []metav1.PartialObjectMetadata {
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if g, ok := c.names.lists[key]; ok && time.Since(g.at) < timing.Names {
		return g.names
	}
	timed, cancel := context.WithTimeout(ctx, timing.Brief)
	defer cancel()
	g := namesAt{}
	list, err := c.metadata.Resource(key.GVR).Namespace(key.Namespace).List(timed, metav1.ListOptions{Limit: mostNames})
	if ctx.Err() != nil {
		// The asker gave up, which says nothing to the next one.
		return nil
	}
	if err == nil {
		g.names = list.Items
	}
	g.at = time.Now()
	c.names.lists[key] = g
	return g.names
}

func namespacesResource() schema.GroupVersionResource {
	return schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
}
