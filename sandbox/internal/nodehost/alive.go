package nodehost

import (
	"context"
	"fmt"
	"os"
	"time"
)

// How often the process is pinged, and how many pings in a row it may miss: far
// more than on a busy machine.
const (
	pingEvery  = 5 * time.Second
	mostMissed = 6
)

// watch kills a process that hangs: one that was suspended, or is deadlocked.
// It counts pings rather than time, so that a process survives when the machine
// sleeps.
func (h *Host) watch(ctx context.Context, p *os.Process) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for missed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if h.ping() {
			missed = 0
			continue
		}
		if missed++; missed == mostMissed {
			h.mu.Lock()
			h.hung = true
			h.mu.Unlock()
			_ = p.Kill() // it may have ended just now
			return
		}
	}
}

// ping pings the process. It reports false if the last ping is still unanswered.
func (h *Host) ping() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pinged {
		return false
	}
	if h.boot != nil { // before that it reads no pings
		h.pinged = true
		h.tell(order{Ping: true})
	}
	return true
}

// hangs is the crash of a process that was killed because it did not answer.
func hangs() Crash {
	return Crash{Why: fmt.Sprintf("it did not answer for %s", mostMissed*pingEvery)}
}
