package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// manyKinds, manyChecks and cachedChecks are the sizes of the measures of many.
const manyKinds, manyChecks, cachedChecks = 50, 1000, 10000

// counter counts list and watch requests by path.
type counter struct {
	next http.RoundTripper

	mu   *sync.Mutex
	seen map[string]int
}

// RoundTrip counts a request and passes it on.
func (c counter) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Count(r.URL.Path, "/") > 3 || strings.HasPrefix(r.URL.Path, "/api/v1/") {
		c.mu.Lock()
		c.seen[r.URL.Path]++
		c.mu.Unlock()
	}
	return c.next.RoundTrip(r)
}

// many measures how many requests a thousand checks send to the API, and how long ten
// thousand take when everything is cached.
func (c *atCluster) many(ctx context.Context) ([]row, error) {
	kinds, err := c.servedKinds()
	if err != nil {
		return nil, err
	}
	if err := c.makeMaps(ctx); err != nil {
		return nil, err
	}
	requests := row{name: fmt.Sprintf("requests of %d checks over %d kinds, each kind", manyChecks, len(kinds)), limit: 2}
	cached := row{name: fmt.Sprintf("judging %d checks from cache", cachedChecks), limit: 1, unit: "s"}
	for range c.n {
		count := counter{mu: &sync.Mutex{}, seen: map[string]int{}}
		config := rest.CopyConfig(c.config)
		config.Wrap(func(next http.RoundTripper) http.RoundTripper {
			count.next = next
			return count
		})
		engine, err := checks.NewEngine(config)
		if err != nil {
			return nil, err
		}
		took, err := manyVerdicts(ctx, engine, kinds)
		engine.Close()
		if err != nil {
			return nil, err
		}
		cached.seen = append(cached.seen, took.Seconds())
		most := 0
		for _, n := range count.seen {
			most = max(most, n)
		}
		requests.seen = append(requests.seen, float64(most))
	}
	return []row{requests, cached}, nil
}

// manyVerdicts watches manyChecks, so that everything is cached, and returns how long
// cachedChecks take then.
func manyVerdicts(ctx context.Context, engine *checks.Engine, kinds []string) (time.Duration, error) {
	warm, err := checksOn(kinds, manyChecks)
	if err != nil {
		return 0, err
	}
	cold, err := checksOnMaps(cachedChecks)
	if err != nil {
		return 0, err
	}
	if _, err := firstReport(ctx, engine, append(warm, cold[0])); err != nil {
		return 0, err
	}
	return firstReport(ctx, engine, cold)
}

// manyMaps is how many ConfigMaps the cached checks read.
const manyMaps = 100

func (c *atCluster) makeMaps(ctx context.Context) error {
	for i := range manyMaps {
		_, err := c.client.Resource(configMaps).Namespace("default").Create(ctx, &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": fmt.Sprint("many-", i)}, "data": map[string]any{"a": "1"},
		}}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	return nil
}

func checksOnMaps(n int) ([]checks.Check, error) {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- {id: m%d, name: M, object: {kind: ConfigMap, name: many-%d}, match: {data: {a: 1}}}\n", i, i%manyMaps)
	}
	return checks.Parse([]byte(b.String()), checks.Position{File: "maps", Line: 1})
}

// checksOn returns checks for the absence of many objects; they pass at once.
func checksOn(kinds []string, n int) ([]checks.Check, error) {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "- {id: c%d, name: C, absent: {kind: %s, name: n%d}}\n", i, kinds[i%len(kinds)], i)
	}
	return checks.Parse([]byte(b.String()), checks.Position{File: "many", Line: 1})
}

func firstReport(ctx context.Context, engine *checks.Engine, cs []checks.Check) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	start, took, bad := time.Now(), time.Duration(0), 0
	err := engine.Watch(ctx, "default", cs, func(rs checks.Results) {
		took = time.Since(start)
		for _, r := range rs {
			if r.Verdict != checks.Passed {
				bad++
			}
		}
		cancel()
	})
	if took == 0 || bad > 0 {
		return 0, fmt.Errorf("%d of %d checks did not pass: %w", bad, len(cs), err)
	}
	return took, nil
}

// servedKinds are manyKinds kinds that can be watched, according to discovery.
func (c *atCluster) servedKinds() ([]string, error) {
	client, err := discovery.NewDiscoveryClientForConfig(c.config)
	if err != nil {
		return nil, err
	}
	lists, err := client.ServerPreferredResources()
	if err != nil {
		return nil, err
	}
	var kinds []string
	for _, list := range lists {
		for _, r := range list.APIResources {
			if slices.Contains(r.Verbs, "watch") && !slices.Contains(kinds, r.Kind) {
				kinds = append(kinds, r.Kind)
			}
		}
	}
	return kinds[:min(manyKinds, len(kinds))], nil
}
