package checks

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
)

// shelf is a cell that a benchmark fills.
type shelf map[string]*kube.Object

func (s shelf) All() []*kube.Object {
	var list []*kube.Object
	for _, o := range s {
		list = append(list, o)
	}
	return list
}
func (s shelf) One(_, name string) *kube.Object { return s[name] }
func (s shelf) State(string) (bool, error)      { return true, nil }

// BenchmarkEvaluate10000 judges 10,000 checks on objects in a cache, of which one
// in ten does not hold.
func BenchmarkEvaluate10000(b *testing.B) {
	const source = `
- id: c
  name: C
  object: {kind: Deployment, name: web}
  match: {spec: {replicas: 1, template: {spec: {containers: [{name: web, image: "nginx:1.28"}]}}}}
  cel: object.status.conditions.exists(c, c.type == "Available" && c.status == "True")`
	check := parsed(b, source)[0]
	cache, checks := shelf{}, make([]Check, 10000)
	for i := range checks {
		o := &kube.Object{Object: document(b, deploymentText)}
		o.SetName(fmt.Sprint("web-", i))
		if i%10 == 0 {
			o.Object["spec"].(map[string]any)["replicas"] = int64(2)
		}
		cache[o.GetName()] = o
		probe := *check.Object
		probe.Name = o.GetName()
		checks[i], checks[i].Object = check, &probe
	}
	n := needs{{kind: "Deployment"}}
	for b.Loop() {
		passed := 0
		for _, c := range checks {
			s, err := see(c, "learn", n, func(follow.Key) follow.Cell { return cache })
			if err != nil {
				b.Fatal(err)
			}
			if evaluate(b.Context(), c, s, time.Now()).Verdict == Passed {
				passed++
			}
		}
		if passed != 9000 {
			b.Fatalf("%d checks passed, want 9000", passed)
		}
	}
}

// BenchmarkEventToVerdict measures from just before an object is written to the
// report of the verdict that it makes hold, so the API server's own work is in it.
func BenchmarkEventToVerdict(b *testing.B) {
	l := newLab(b, clusterConfig(b))
	w := l.watch(b, settings)
	w.until(b, Failed)
	var took []time.Duration
	for b.Loop() {
		started := time.Now()
		l.create(b, "", "configmaps", settingsMap)
		w.until(b, Passed)
		took = append(took, time.Since(started))
		l.delete(b, "", "configmaps", "settings")
		w.until(b, Failed)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
