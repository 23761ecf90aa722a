package nodehost

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// The process gives memory back to the machine when it holds that much more than
// after the last time, and looks that often. Go itself takes minutes over it.
const (
	releaseMore  = 48 << 20
	releaseEvery = 5 * time.Second
)

// releaser decides when to give memory back.
type releaser struct {
	// held is how many bytes the process holds, release gives back what it can.
	held    func() int64
	release func()
	// least is what was left the last time, or has been since.
	least int64
}

// look gives memory back if there is enough of it.
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

// releaseMemory gives memory back until ctx is done: what a container took is the
// machine's again soon after its end.
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

// heldBytes is what Go has of the machine's memory.
func heldBytes() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}
