package container

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// nodeMemory is how many bytes a container without a limit of its own may hold:
// what its node has left, to say so. All containers share what the sandbox may use.
const nodeMemory = 192 << 20

// memory is what the processes of a container hold. It knows what
// programs tell it: what they keep of what they read, and what they store. That
// is what grows; what a program takes for itself counts nothing.
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

// hold sets what a process holds, and reports whether the container may hold
// that much.
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

// bounded is the limit that holds where a container asks for limit.
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

// Holds is how many bytes the container's processes hold.
func (c *Container) Holds() int64 {
	c.memory.mu.Lock()
	defer c.memory.mu.Unlock()
	return c.memory.sum
}

// Hold says that the process keeps n bytes from now on, in place of what it said
// before. Where its container then holds more than its limit, the kernel's
// out-of-memory killer ends the container, and Hold fails with ENOMEM.
func (p *Process) Hold(n int64) error {
	if p.host == nil || p.host.memory.hold(p.entry, n) {
		return nil
	}
	p.host.killAll()
	return syscall.ENOMEM
}

// ReadAll reads to the end and keeps what it read, beside the bytes that the
// process holds already. It fails with ENOMEM as Hold does.
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
