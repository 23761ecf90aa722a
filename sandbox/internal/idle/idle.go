// Package idle knows how long nobody has used a thing.
package idle

import (
	"sync"
	"time"
)

// Meter counts what goes on, and remembers when the last of it ended. It may be
// used by any number of goroutines.
type Meter struct {
	now func() time.Time

	mu    sync.Mutex
	going int
	last  time.Time
}

// New returns a meter of something that was used just now; now tells the time.
func New(now func() time.Time) *Meter { return &Meter{now: now, last: now()} }

// Begin says that somebody begins to use the thing; the function that it returns
// says that they are done.
func (m *Meter) Begin() (end func()) {
	m.count(1)
	return func() { m.count(-1) }
}

func (m *Meter) count(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.going, m.last = m.going+n, m.now()
}

// Last is when the thing was used last; that is now while somebody uses it.
func (m *Meter) Last() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.going > 0 {
		m.last = m.now()
	}
	return m.last
}
