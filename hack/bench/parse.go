package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
)

// parsedChecks is how many checks with an expression are in the file to parse.
const parsedChecks = 5000

// parse measures how long it takes to read a file of checks, each with its own
// expression, and how much memory.
func (b *bench) parse() ([]row, error) {
	if !b.wanted("parse") {
		return nil, nil
	}
	took := row{name: fmt.Sprintf("parsing %d checks with cel", parsedChecks), limit: 2, unit: "s"}
	kept := row{name: "  memory that it takes", limit: 100, unit: "MiB"}
	var file strings.Builder
	for i := range parsedChecks {
		fmt.Fprintf(&file, "- {id: c%d, name: C, object: {kind: Deployment, name: web-%d}, cel: 'object.status.readyReplicas == object.spec.replicas && "+
			"object.status.conditions.exists(c, c.type == \"Available\" && c.observed > %d)'}\n", i, i, i)
	}
	for range b.n {
		debug.FreeOSMemory()
		before := heap()
		start := time.Now()
		list, err := checks.Parse([]byte(file.String()), checks.Position{File: "checks.yaml", Line: 1})
		if err != nil {
			return nil, err
		}
		took.seen = append(took.seen, time.Since(start).Seconds())
		kept.seen = append(kept.seen, float64(heap()-before)/(1<<20))
		runtime.KeepAlive(list)
	}
	return []row{took, kept}, nil
}

// heap is the system memory that the process uses for its heap.
func heap() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapSys - stats.HeapReleased
}
