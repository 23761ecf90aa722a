package checks

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// refreshAfter is how old what is known of the API's kinds must be before an
// unknown kind is worth another question. Many checks ask at once, and an API that
// does not answer one of them will not answer the others.
const refreshAfter = time.Second

// served is a kind that the API serves.
type served struct {
	kind       string
	gvr        schema.GroupVersionResource
	namespaced bool
}

// kinds knows which kinds the API serves. It asks once, and again when somebody
// wants a kind that it does not know.
type kinds struct {
	client discovery.DiscoveryInterface

	// asking is held while the API is asked, which may take long.
	asking sync.Mutex
	asked  time.Time
	fault  error

	mu     sync.Mutex
	byKind map[string][]served
}

// unservedError says that no API group serves a kind.
type unservedError struct{ kind, apiVersion, near string }

func (e *unservedError) Error() string {
	return fmt.Sprintf("the API serves no kind %q", e.kind)
}

// find returns the resource of a kind, of the first group in the API's order
// unless apiVersion names one.
func (k *kinds) find(ctx context.Context, kind, apiVersion string) (served, error) {
	type answer struct {
		found served
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		found, err := k.ask(kind, apiVersion)
		answers <- answer{found, err}
	}()
	select {
	case a := <-answers:
		return a.found, a.err
	case <-ctx.Done():
		return served{}, ctx.Err()
	}
}

func (k *kinds) ask(kind, apiVersion string) (served, error) {
	if found, ok := k.known(kind, apiVersion); ok {
		return found, nil
	}
	k.asking.Lock()
	defer k.asking.Unlock()
	if found, ok := k.known(kind, apiVersion); ok {
		return found, nil
	}
	if time.Since(k.asked) > refreshAfter {
		k.fault = k.refresh()
		k.asked = time.Now()
	}
	if k.fault != nil {
		return served{}, k.fault
	}
	if found, ok := k.known(kind, apiVersion); ok {
		return found, nil
	}
	k.mu.Lock()
	names := slices.Sorted(maps.Keys(k.byKind))
	k.mu.Unlock()
	return served{}, &unservedError{kind: kind, apiVersion: apiVersion, near: nearest.Name(kind, names)}
}

func (k *kinds) known(kind, apiVersion string) (served, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.byKind[kind] {
		if apiVersion == "" || s.gvr.GroupVersion().String() == apiVersion {
			return s, true
		}
	}
	return served{}, false
}

// refresh takes what the API says, even when a group of an aggregated server does
// not answer.
func (k *kinds) refresh() error {
	groups, lists, err := k.client.ServerGroupsAndResources()
	if err != nil && (groups == nil || !discovery.IsGroupDiscoveryFailedError(err)) {
		return fmt.Errorf("failed to read which kinds are served: %w", err)
	}
	preferred := map[string]bool{}
	for _, g := range groups {
		preferred[g.PreferredVersion.GroupVersion] = true
	}
	first, rest := map[string][]served{}, map[string][]served{}
	for _, list := range lists {
		gv, parseErr := schema.ParseGroupVersion(list.GroupVersion)
		if parseErr != nil {
			continue
		}
		into := rest
		if preferred[list.GroupVersion] {
			into = first
		}
		for _, r := range list.APIResources {
			if slices.Contains(r.Verbs, "list") && slices.Contains(r.Verbs, "watch") {
				into[r.Kind] = append(into[r.Kind], served{kind: r.Kind, gvr: gv.WithResource(r.Name), namespaced: r.Namespaced})
			}
		}
	}
	for kind, more := range rest {
		first[kind] = append(first[kind], more...)
	}
	k.mu.Lock()
	k.byKind = first
	k.mu.Unlock()
	return nil
}
