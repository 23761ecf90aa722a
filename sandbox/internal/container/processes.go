package container

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNoProcess is the error of a signal to an unused PID.
var ErrNoProcess = errors.New("No such process") //nolint:staticcheck // the C library's own words

// ErrNotPermitted is the error of a signal to a process of another user.
var ErrNotPermitted = errors.New("Operation not permitted") //nolint:staticcheck // the C library's own words

// Processes is a process namespace: its processes have PIDs, see each other and
// can send each other signals. A container has its own, or shares one.
type Processes struct {
	mu   sync.Mutex
	last int
	all  []*process
}

// NewProcesses returns an empty namespace. The first process gets PID 1.
func NewProcesses() *Processes { return &Processes{} }

// Hold adds a process that does nothing and ignores signals, like a pod's pause
// container when the pod's containers share a namespace.
func (n *Processes) Hold(user User, args ...string) {
	n.enter(&process{args: args, user: user, kill: func() {}})
}

// process is one running program in its namespace.
type process struct {
	pid       int
	parent    atomic.Int64
	container *Container
	user      User
	env       []string
	started   time.Time
	signals   chan Signal
	kill      context.CancelFunc
	life      life
	streams   streams

	mu     sync.Mutex
	args   []string
	caught []Signal
	// ignored are the signals that it and its children ignore.
	ignored []Signal
	early   []Signal
	fatal   Signal
}

// startUp is how long a first process may take to set its handlers: earlier
// signals are kept for it. A real program has its handlers before anyone can
// see that it runs.
const startUp = time.Second

func (n *Processes) enter(p *process) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last++
	p.pid, p.started, p.signals = n.last, time.Now(), make(chan Signal, 4)
	n.all = append(n.all, p)
}

func (n *Processes) leave(gone *process) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = slices.DeleteFunc(n.all, func(p *process) bool { return p == gone })
	for _, p := range n.all {
		if int(p.parent.Load()) == gone.pid {
			p.parent.Store(1) // As Linux does with orphans.
		}
	}
}

// find returns the process with a PID, nil if there is none.
func (n *Processes) find(pid int) *process {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.all {
		if p.pid == pid {
			return p
		}
	}
	return nil
}

// below returns a process with all its descendants; n.mu is held.
func (n *Processes) below(root *process) []*process {
	in := map[int]bool{root.pid: true}
	out := []*process{root}
	for _, p := range n.all { // Parents come before their children.
		if in[int(p.parent.Load())] && p != root {
			in[p.pid] = true
			out = append(out, p)
		}
	}
	return out
}

// sendTree sends a signal to a process and all its descendants, as a terminal does.
// No process starts in between: one that is killed here has no children afterwards
// that the signal missed.
func (n *Processes) sendTree(root *process, s Signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.below(root) {
		p.send(s)
	}
}

// killed reports whether a signal ended the process.
func (p *process) killed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fatal != 0
}

// of returns the processes of a container, or of all containers for nil.
func (n *Processes) of(c *Container) []*process {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(n.all), func(p *process) bool { return c != nil && p.container != c })
}

func (n *Processes) list() []ProcessInfo {
	all := n.of(nil)
	out := make([]ProcessInfo, len(all))
	for i, p := range all {
		out[i] = p.info()
	}
	return out
}

func (p *process) info() ProcessInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	return ProcessInfo{PID: p.pid, Parent: int(p.parent.Load()), User: p.user, Args: p.args, Started: p.started}
}

// signal is kill(2): one process of the namespace sends another a signal. The
// first process of a namespace gets only signals that it has a handler for.
func (n *Processes) signal(from *process, pid int, s Signal) error {
	to := n.find(pid)
	switch {
	case to == nil:
		return ErrNoProcess
	case from.privileges().of(from.user)&capKill == 0 && from.user.UID != to.user.UID:
		return ErrNotPermitted
	case s == 0 || s == SIGKILL && pid == 1:
		return nil
	}
	to.send(s)
	return nil
}

// send delivers a signal to a process, or does what Linux does if the process
// has no handler for it.
func (p *process) send(s Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case s == SIGKILL:
		p.die(s)
	case slices.Contains(p.ignored, s):
	case slices.Contains(p.caught, s):
		p.deliver(s)
	case p.pid == 1 && time.Since(p.started) < startUp:
		p.early = append(p.early, s)
	case p.pid == 1 || harmless(s):
	default:
		p.die(s)
	}
}

// deliver passes a signal on; a program that doesn't read its signals loses
// them.
func (p *process) deliver(s Signal) {
	select {
	case p.signals <- s:
	default:
	}
}

// die ends the process with a signal; p.mu is held.
func (p *process) die(s Signal) {
	if p.fatal == 0 {
		p.fatal = s
	}
	p.kill()
}

// harmless are the signals that don't end a process by default: CHLD, CONT, URG
// and WINCH, and those that stop one, which the sandbox cannot do.
func harmless(s Signal) bool {
	return s >= 17 && s <= 23 || s == 28
}

// killer is the signal that ended the process, SIGKILL if its container ended.
func (p *process) killer() Signal {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fatal == 0 {
		return SIGKILL
	}
	return p.fatal
}
