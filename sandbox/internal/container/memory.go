package container

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// nodeMemory is how many bytes a container without a limit may hold, as if its node
// had no more. All containers share what the sandbox may use.
const nodeMemory = 192 << 20

// memory is what the processes of a container hold. It knows only what programs
// report: data that they keep from their input, and data that they store. That
// is what grows; what a program itself takes does not count.
type memory struct {
	mu    sync.Mutex
	limit int64
	held  map[*process]int64
	sum   int64
	full  bool
}

func newMemory(limit int64) *memory {
	return &memory{limit: bounded(limit), held: map[*process]int64{}}
}

// hold sets how much a process holds, and reports whether the container may
// hold that much.
func (m *memory) hold(p *process, n int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sum += n - m.held[p]
	if m.held[p] = n; n == 0 {
		delete(m.held, p)
	}
	if m.sum > m.limit {
		m.full = true
	}
	return !m.full
}

// SetMemory changes how many bytes the container may hold; 0 is what its node
// has.
func (c *Container) SetMemory(limit int64) {
	c.memory.mu.Lock()
	defer c.memory.mu.Unlock()
	c.memory.limit = bounded(limit)
}

// bounded returns the effective limit for a container that asks for limit.
func bounded(limit int64) int64 {
	if limit <= 0 || limit > nodeMemory {
		return nodeMemory
	}
	return limit
}

func (m *memory) wasFull() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.full
}

// Holds returns how many bytes the container's processes hold.
func (c *Container) Holds() int64 {
	c.memory.mu.Lock()
	defer c.memory.mu.Unlock()
	return c.memory.sum
}

// Hold reports that the process now keeps n bytes, replacing its last report. If
// its container then holds more than its limit, the out-of-memory killer ends
// the container, and Hold fails with ENOMEM.
func (p *Process) Hold(n int64) error {
	if p.host == nil || p.host.memory.hold(p.entry, n) {
		return nil
	}
	p.host.killAll()
	return syscall.ENOMEM
}

// ReadAll reads to the end and keeps what it read, in addition to what the
// process already holds. It fails with ENOMEM as Hold does.
func (p *Process) ReadAll(r io.Reader, held int64) ([]byte, error) {
	const chunk = 64 << 10
	var text []byte
	part := make([]byte, chunk)
	for {
		n, err := r.Read(part)
		text = append(text, part[:n]...)
		if full := p.Hold(held + int64(len(text))); full != nil {
			return nil, full
		}
		if errors.Is(err, io.EOF) {
			return text, nil
		}
		if err != nil {
			return text, err
		}
	}
}
