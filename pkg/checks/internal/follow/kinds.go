package follow

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// Served is a kind that the API serves.
type Served struct {
	Kind       string
	GVR        schema.GroupVersionResource
	Namespaced bool
}

// kinds knows which kinds the API serves. It asks once, and again when somebody
// wants a kind that it does not know. What a group said stays known while its
// server is away, so that it does not change which group a kind is taken from.
type kinds struct {
	client discovery.DiscoveryInterface
	// background runs what goes on when nobody waits for it any more.
	background func(func())

	// asking is held while the API is asked, which may take a while.
	asking sync.Mutex
	asked  time.Time
	fault  error

	mu     sync.Mutex
	groups []servedGroup
	// chosen remembers, by kind and apiVersion, what was chosen among the groups.
	chosen map[[2]string]Served
	// away are the groups that did not answer, sorted.
	away []string
}

// servedGroup is what one group serves, the versions that the API prefers first.
type servedGroup struct {
	name     string
	versions []string
	kinds    map[string][]Served
}

// UnservedError says that no API group serves a kind. away are groups that did not
// say what they serve.
type UnservedError struct {
	Kind, apiVersion, Near string
	away                   []string
}

func (e *UnservedError) Error() string {
	return fmt.Sprintf("the API doesn't serve the kind %q", e.Kind)
}

// AmbiguousError says that several groups serve a kind, and nothing ranks them.
type AmbiguousError struct {
	kind string
	// apiVersions are those to choose from.
	apiVersions []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("several API groups serve the kind %q", e.kind)
}

// find returns the resource of a kind. Where several groups serve it and apiVersion
// names none, it is the core group's, else that of Kubernetes itself; other groups
// have no rank, and the error says so. Within a group the API prefers a version.
func (k *kinds) find(ctx context.Context, kind, apiVersion string) (Served, error) {
	if found, ok, err := k.known(kind, apiVersion); ok || err != nil {
		return found, err
	}
	type answer struct {
		found Served
		err   error
	}
	answers := make(chan answer, 1)
	k.background(func() {
		found, err := k.ask(kind, apiVersion)
		answers <- answer{found, err}
	})
	select {
	case a := <-answers:
		return a.found, a.err
	case <-ctx.Done():
		return Served{}, ctx.Err()
	}
}

func (k *kinds) ask(kind, apiVersion string) (Served, error) {
	k.asking.Lock()
	defer k.asking.Unlock()
	if found, ok, err := k.known(kind, apiVersion); ok || err != nil {
		return found, err
	}
	if time.Since(k.asked) > timing.Refresh {
		k.fault = k.refresh()
		k.asked = time.Now()
	}
	if k.fault != nil {
		return Served{}, k.fault
	}
	if found, ok, err := k.known(kind, apiVersion); ok || err != nil {
		return found, err
	}
	return Served{}, k.unserved(kind, apiVersion)
}

func (k *kinds) unserved(kind, apiVersion string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	names := map[string]bool{}
	for _, g := range k.groups {
		for _, list := range g.kinds {
			for _, s := range list {
				names[s.Kind] = true
			}
		}
	}
	return &UnservedError{
		Kind: kind, apiVersion: apiVersion, away: k.away,
		Near: nearest.Name(kind, slices.Sorted(maps.Keys(names))),
	}
}

func (k *kinds) known(kind, apiVersion string) (found Served, ok bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := [2]string{kind, apiVersion}
	if found, ok = k.chosen[key]; ok {
		return found, true, nil
	}
	best := rankOther + 1
	var choices []string
	for _, g := range k.groups {
		s, has := g.find(kind, apiVersion)
		if !has {
			continue
		}
		switch rank := rankOf(g.name); {
		case rank < best:
			best, found, choices = rank, s, []string{s.GVR.GroupVersion().String()}
		case rank == best:
			choices = append(choices, s.GVR.GroupVersion().String())
		}
	}
	if len(choices) > 1 {
		slices.Sort(choices)
		return Served{}, false, &AmbiguousError{kind: kind, apiVersions: choices}
	}
	if len(choices) == 1 {
		k.chosen[key] = found
	}
	return found, len(choices) == 1, nil
}

// kindOf is the kind of a resource, "" when it is not known.
func (k *kinds) kindOf(gvr schema.GroupVersionResource) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, g := range k.groups {
		for _, s := range g.kinds[gvr.GroupVersion().String()] {
			if s.GVR == gvr {
				return s.Kind
			}
		}
	}
	return ""
}

func (g servedGroup) find(kind, apiVersion string) (Served, bool) {
	for _, version := range g.versions {
		if apiVersion != "" && version != apiVersion {
			continue
		}
		for _, s := range g.kinds[version] {
			if s.Kind == kind {
				return s, true
			}
		}
	}
	return Served{}, false
}

// The ranks of groups that serve the same kind.
const (
	rankCore = iota
	rankBuiltIn
	rankKubernetes
	rankOther
)

// rankOf says which group is meant first when several serve a kind: the core group,
// then those without a dot (apps, batch), then those that the Kubernetes project
// keeps for itself. An extension cannot take a kind from them.
func rankOf(group string) int {
	switch {
	case group == "":
		return rankCore
	case !strings.Contains(group, "."):
		return rankBuiltIn
	case strings.HasSuffix(group, ".k8s.io"):
		return rankKubernetes
	}
	return rankOther
}

// refresh takes what the API says, even when a group of an aggregated server does
// not answer: then it is what that group said before.
func (k *kinds) refresh() error {
	groups, lists, err := k.client.ServerGroupsAndResources()
	if err != nil && (groups == nil || !discovery.IsGroupDiscoveryFailedError(err)) {
		return fmt.Errorf("failed to list the kinds that the API serves: %w", err)
	}
	failed, _ := discovery.GroupDiscoveryFailedErrorGroups(err)
	byVersion := map[string][]Served{}
	for _, list := range lists {
		byVersion[list.GroupVersion] = servedOf(list)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	before := map[string]servedGroup{}
	for _, g := range k.groups {
		before[g.name] = g
	}
	k.groups, k.away, k.chosen = nil, nil, map[[2]string]Served{}
	for gv := range failed {
		k.away = append(k.away, gv.Group)
	}
	slices.Sort(k.away)
	k.away = slices.Compact(k.away)
	for _, g := range groups {
		one := servedGroup{name: g.Name, versions: versionsOf(g), kinds: byVersion}
		if old, had := before[g.Name]; had && slices.Contains(k.away, g.Name) {
			one = old.updated(one, failed)
		}
		k.groups = append(k.groups, one)
	}
	return nil
}

// versionsOf lists a group's versions, the preferred one first.
func versionsOf(g *metav1.APIGroup) []string {
	list := []string{g.PreferredVersion.GroupVersion}
	for _, v := range g.Versions {
		if v.GroupVersion != list[0] {
			list = append(list, v.GroupVersion)
		}
	}
	return list
}

// updated takes over what a group says now, except of versions that did not answer.
func (g servedGroup) updated(now servedGroup, failed map[schema.GroupVersion]error) servedGroup {
	merged := servedGroup{name: g.name, versions: slices.Clone(g.versions), kinds: map[string][]Served{}}
	for _, version := range now.versions {
		if !slices.Contains(merged.versions, version) {
			merged.versions = append(merged.versions, version)
		}
	}
	for _, version := range merged.versions {
		merged.kinds[version] = now.kinds[version]
		gv, err := schema.ParseGroupVersion(version)
		if _, away := failed[gv]; err == nil && away {
			merged.kinds[version] = g.kinds[version]
		}
	}
	return merged
}

// servedOf are the kinds of one group and version that can be looked at.
func servedOf(list *metav1.APIResourceList) []Served {
	gv, err := schema.ParseGroupVersion(list.GroupVersion)
	if err != nil {
		return nil
	}
	var kinds []Served
	for _, r := range list.APIResources {
		subresource := strings.Contains(r.Name, "/")
		if !subresource && (slices.Contains(r.Verbs, "list") || slices.Contains(r.Verbs, "get")) {
			kinds = append(kinds, Served{Kind: r.Kind, GVR: gv.WithResource(r.Name), Namespaced: r.Namespaced})
		}
	}
	return kinds
}

// Words says it to a learner.
func (e *UnservedError) Words() lang.Message {
	kind := e.Kind
	if e.apiVersion != "" {
		kind = e.apiVersion + " " + kind
	}
	if e.Near != "" {
		return lang.Messagef("the cluster has no kind %q, but it has %q", "集群没有 %q 这种类型，但有 %q", kind, e.Near)
	}
	if len(e.away) > 0 {
		return lang.Messagef("the cluster has no kind %q, but the API group %s isn't responding", "集群没有 %q 这种类型，但 API 组 %s 没有响应",
			kind, strings.Join(e.away, ", "))
	}
	return lang.Messagef("the cluster has no kind %q", "集群没有 %q 这种类型", kind)
}

// Words says it to a learner.
func (e *AmbiguousError) Words() lang.Message {
	return lang.Messagef("several API groups serve the kind %q: choose one with apiVersion: %s", "有多个 API 组提供 %q 这种类型：用 apiVersion: %s 指定其中一个",
		e.kind, lang.Message{EN: strings.Join(e.apiVersions, " or apiVersion: "), ZH: strings.Join(e.apiVersions, " 或 apiVersion: ")})
}
