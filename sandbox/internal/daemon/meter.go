package daemon

import (
	"sync"
	"time"
)

// meter counts what goes on, and remembers when the last of it ended. It may be
// used by any number of goroutines.
type meter struct {
	now func() time.Time

	mu    sync.Mutex
	going int
	last  time.Time
}

// newMeter returns a meter of something that was used just now; now tells the time.
func newMeter(now func() time.Time) *meter { return &meter{now: now, last: now()} }

// Begin says that somebody begins to use the thing; the function that it returns
// says that they are done.
func (m *meter) Begin() (end func()) {
	m.count(1)
	return func() { m.count(-1) }
}

func (m *meter) count(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.going, m.last = m.going+n, m.now()
}

// Last is when the thing was used last; that is now while somebody uses it.
func (m *meter) Last() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.going > 0 {
		m.last = m.now()
	}
	return m.last
}
