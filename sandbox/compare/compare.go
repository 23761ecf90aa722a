// Package compare runs small scenarios with kubectl on a cluster and records
// the output, so that two clusters can be compared.
//
// A scenario is a txtar file: a comment that says what it shows, lines of a
// script, and the manifests that the script uses. What differs from run to run
// (names, times, addresses) is masked; what teaches is not. The expectations
// in testdata/recorded were printed by a real node of Kubernetes with
// containerd; testdata/differences holds the sandbox's output where it differs,
// each with its reason.
package compare

import (
	"context"
	"sync"
)

// Result is the result of one scenario on one cluster.
type Result struct {
	// Output is the masked text of everything that the scenario shows.
	Output string
	// Err is why the scenario could not run to its end.
	Err error
}

// Text is what results are compared by: the output, and the error if it was
// aborted.
func (r Result) Text() string {
	if r.Err != nil {
		return r.Output + "! " + r.Err.Error() + "\n"
	}
	return r.Output
}

// RunAll runs scenarios on a cluster, at most parallel of them at once, and
// passes each result to done as it arrives, from one goroutine at a time.
func RunAll(ctx context.Context, c *Cluster, scenarios []Scenario, parallel int, done func(Scenario, Result)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, parallel)
	for _, s := range scenarios {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			result := c.Run(ctx, s)
			mu.Lock()
			defer mu.Unlock()
			done(s, result)
		})
	}
	wg.Wait()
}
