package daemon

import (
	"sync"
	"time"
)

// meter counts ongoing uses, and remembers when the last one ended. It is safe
// for concurrent use.
type meter struct {
	now func() time.Time

	mu    sync.Mutex
	going int
	last  time.Time
}

// newMeter returns a meter whose last use is now; now returns the time.
func newMeter(now func() time.Time) *meter { return &meter{now: now, last: now()} }

// Begin starts a use; the returned function ends it.
func (m *meter) Begin() (end func()) {
	m.count(1)
	return func() { m.count(-1) }
}

func (m *meter) count(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.going, m.last = m.going+n, m.now()
}

// Last returns the time of the last use, which is now while there is one.
func (m *meter) Last() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.going > 0 {
		m.last = m.now()
	}
	return m.last
}
