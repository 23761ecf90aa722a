package nodehost

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The process returns memory to the machine when it holds this much more than
// after the last time, and checks this often. Go itself takes minutes to do it.
const (
	releaseMore  = 48 << 20
	releaseEvery = 5 * time.Second
)

// releaser decides when to return memory.
type releaser struct {
	// held returns how many bytes the process holds, release returns memory to
	// the machine.
	held    func() int64
	release func()
	// least is the lowest value since the last release.
	least int64
}

// look returns memory if there is enough of it.
func (r *releaser) look() {
	now := r.held()
	if r.least == 0 || now < r.least {
		r.least = now
	}
	if now < r.least+releaseMore {
		return
	}
	r.release()
	r.least = r.held()
}

// releaseMemory returns memory until ctx is done, so that a container's memory
// goes back to the machine soon after its end.
func releaseMemory(ctx context.Context) {
	r := releaser{held: heldBytes, release: debug.FreeOSMemory}
	tick := time.NewTicker(releaseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.look()
		}
	}
}

// heldBytes is how much of the machine's memory Go holds.
func heldBytes() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}
