package follow

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

type names = []metav1.PartialObjectMetadata

// Survey knows which names there are, of kinds that were read for many namespaces
// together; of others it asks.
type Survey struct {
	cluster *Cluster
	kinds   map[schema.GroupVersionResource]map[string]names
	// made says when each namespace was made, nil where they were not read together.
	made map[string]time.Time
}

// SurveyFor reads the names among which objects that many checks miss may be found.
func (c *Cluster) SurveyFor(ctx context.Context, missing []kube.Ref) *Survey {
	s := &Survey{cluster: c, kinds: map[schema.GroupVersionResource]map[string]names{}}
	wanted := map[schema.GroupVersionResource]map[string]map[string]bool{}
	want := func(gvr schema.GroupVersionResource, namespace, name string) {
		if wanted[gvr] == nil {
			wanted[gvr] = map[string]map[string]bool{}
		}
		if wanted[gvr][namespace] == nil {
			wanted[gvr][namespace] = map[string]bool{}
		}
		wanted[gvr][namespace][name] = true
	}
	places := map[string]bool{}
	for _, m := range missing {
		if m.Namespace == "" {
			continue
		}
		places[m.Namespace] = true
		for _, kind := range kube.Confusable(m.Kind) {
			if other, err := c.kinds.find(ctx, kind, ""); err == nil && kind != m.Kind {
				want(other.GVR, m.Namespace, m.Name)
			}
		}
	}
	var many []schema.GroupVersionResource
	for gvr, in := range wanted {
		if len(in) > FewNamespaces {
			many = append(many, gvr)
		}
	}
	var mu sync.Mutex
	Each(many, func(gvr schema.GroupVersionResource) {
		found := map[string]names{}
		err := c.namesAcross(ctx, gvr, func(o metav1.PartialObjectMetadata) {
			if wanted[gvr][o.Namespace][o.Name] {
				found[o.Namespace] = append(found[o.Namespace], o)
			}
		})
		mu.Lock()
		defer mu.Unlock()
		if !refused(err) {
			s.kinds[gvr] = found
		}
	})
	if len(places) > FewNamespaces {
		made := map[string]time.Time{}
		err := c.namesAcross(ctx, namespacesResource(), func(o metav1.PartialObjectMetadata) {
			made[o.Name] = o.CreationTimestamp.Time
		})
		if !refused(err) {
			s.made = made
		}
	}
	return s
}

// madeAt is when a namespace was made, zero where that may not be known.
func (s *Survey) madeAt(ctx context.Context, namespace string) time.Time {
	if s.made != nil {
		return s.made[namespace]
	}
	return s.cluster.madeAt(ctx, namespace)
}

// namesAcross reads the names of a kind in all namespaces.
func (c *Cluster) namesAcross(ctx context.Context, gvr schema.GroupVersionResource, add func(metav1.PartialObjectMetadata)) error {
	options := metav1.ListOptions{Limit: PageSize}
	for {
		timed, cancel := context.WithTimeout(ctx, timing.Request)
		list, err := c.metadata.Resource(gvr).List(timed, options)
		cancel()
		if err != nil {
			return err
		}
		for _, o := range list.Items {
			add(o)
		}
		if options.Continue = list.Continue; options.Continue == "" {
			return nil
		}
	}
}

// in are the names of a kind in a namespace.
func (s *Survey) in(ctx context.Context, key Key) names {
	if known, ok := s.kinds[key.GVR]; ok {
		return known[key.Namespace]
	}
	return s.cluster.namesOf(ctx, key)
}
