package nodehost

import (
	"context"
	"log/slog"
	"runtime/metrics"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// ExitMemory is the exit code of a process that used more memory than allowed.
const ExitMemory = 137

// memoryEvery is how often the process checks its memory, and lastLook how long
// it may take at the end to find the container that holds the most.
const (
	memoryEvery = 100 * time.Millisecond
	lastLook    = 300 * time.Millisecond
)

// suspectShare is the minimum share of the limit (1/suspectShare) that a
// container must hold to be blamed for the crash.
const suspectShare = 8

// memoryWatch ends the process when it uses more memory than allowed. Before
// that, when memory gets short, it reports which container holds the most, so
// that it is known whatever kills the process then.
type memoryWatch struct {
	limit    int64
	log      *slog.Logger
	exit     func(int)
	heaviest func() node.Load
	say      func(report)

	told node.Load
}

func (m *memoryWatch) run(ctx context.Context) {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	looked := make(chan struct{}, 1)
	looked <- struct{}{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(sample)
		used := int64(sample[0].Value.Uint64() - sample[1].Value.Uint64()) //nolint:gosec // no machine has so much
		// The container that holds the memory may hold locks too, so don't wait
		// for long.
		select {
		case <-looked:
			go func() {
				m.look(used)
				looked <- struct{}{}
			}()
		default:
		}
		if used > m.limit {
			m.end(used, looked)
		}
	}
}

// look reports which container holds the most while memory is short, and an empty
// one after that.
func (m *memoryWatch) look(used int64) {
	var most node.Load
	if used > m.limit-m.limit/softShare {
		if most = m.heaviest(); most.Bytes < m.limit/suspectShare {
			most = node.Load{}
		}
	}
	if most.Container != m.told.Container || most.UID != m.told.UID {
		m.told = most
		m.say(report{Heaviest: &most})
	}
}

func (m *memoryWatch) end(used int64, looked <-chan struct{}) {
	select {
	case <-looked:
	case <-time.After(lastLook):
	}
	m.log.Error("the nodes used more memory than allowed", "bytes", used, "limit", m.limit)
	m.exit(ExitMemory)
}
