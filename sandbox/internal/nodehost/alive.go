package nodehost

import (
	"context"
	"fmt"
	"os"
	"time"
)

// How often the process is asked whether it is alive, and how many times in a row
// it may leave that unanswered: far longer than a busy machine keeps it waiting.
const (
	pingEvery  = 5 * time.Second
	mostMissed = 6
)

// watch kills a process that is there and does nothing any more: one that was
// stopped, or whose parts wait for each other. It counts questions, and not the
// time, so that a machine that slept does not end it.
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

// ping asks the process whether it is alive, unless it still owes an answer; then
// it reports false.
func (h *Host) ping() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pinged {
		return false
	}
	if h.boot != nil { // before that it reads nothing else
		h.pinged = true
		h.tell(order{Ping: true})
	}
	return true
}

// hangs is the end of a process that was killed since it did not answer.
func hangs() Crash {
	return Crash{Why: fmt.Sprintf("it did not answer for %s", mostMissed*pingEvery)}
}
