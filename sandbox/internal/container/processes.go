package container

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrNoProcess is the error of a signal to a PID that nothing runs under.
var ErrNoProcess = errors.New("No such process") //nolint:staticcheck // the C library's own words

// ErrNotPermitted is the error of a signal to a process of another user.
var ErrNotPermitted = errors.New("Operation not permitted") //nolint:staticcheck // the C library's own words

// Processes is a process namespace: who in it has which PID, sees the others
// and can send them signals. A container has one of its own, or shares one.
type Processes struct {
	mu   sync.Mutex
	last int
	all  []*process
}

// NewProcesses returns an empty namespace. What enters first is PID 1.
func NewProcesses() *Processes { return &Processes{} }

// Hold puts a process in that does nothing and hears nothing, as a pod's pause
// container is where the pod's containers share a namespace.
func (n *Processes) Hold(user User, args ...string) {
	n.enter(&process{args: args, user: user, kill: func() {}})
}

// process is one running program as its namespace knows it.
type process struct {
	pid, parent int
	container   *Container
	user        User
	env         []string
	started     time.Time
	signals     chan Signal
	kill        context.CancelFunc
	life        life
	streams     streams

	mu     sync.Mutex
	args   []string
	caught []Signal
	// ignored are the signals that it is deaf to, as are those that it starts.
	ignored []Signal
	early   []Signal
	fatal   Signal
}

// startUp is how long a first process may take to say what it catches: a signal
// that comes before is kept for it. A real program has its handlers before
// anyone can see that it runs.
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
		if p.parent == gone.pid {
			p.parent = 1 // As Linux does with orphans.
		}
	}
}

// find returns the process of a PID, nil when there is none.
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

// tree returns a process with all that it started, and they started.
func (n *Processes) tree(root *process) []*process {
	n.mu.Lock()
	defer n.mu.Unlock()
	in := map[int]bool{root.pid: true}
	out := []*process{root}
	for _, p := range n.all { // Whoever started a process stands before it.
		if in[p.parent] && p != root {
			in[p.pid] = true
			out = append(out, p)
		}
	}
	return out
}

// killed says whether a signal ended the process.
func (p *process) killed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fatal != 0
}

// of returns the processes of a container, of every container for nil.
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
	return ProcessInfo{PID: p.pid, Parent: p.parent, User: p.user, Args: p.args, Started: p.started}
}

// signal is kill(2): one process of the namespace sends another a signal. A
// namespace's first process hears only what it has a handler for.
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

// send gives a process a signal, or does what Linux does with a process that
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

// deliver hands a signal over; a program that does not look at its signals
// loses them.
func (p *process) deliver(s Signal) {
	select {
	case p.signals <- s:
	default:
	}
}

// die ends the process by a signal; p.mu is held.
func (p *process) die(s Signal) {
	if p.fatal == 0 {
		p.fatal = s
	}
	p.kill()
}

// harmless are the signals that end no process by themselves: CHLD, CONT, URG
// and WINCH, and those that stop one, which the sandbox cannot do.
func harmless(s Signal) bool {
	return s >= 17 && s <= 23 || s == 28
}

// killer is the signal that ended the process, SIGKILL where its world ended.
func (p *process) killer() Signal {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fatal == 0 {
		return SIGKILL
	}
	return p.fatal
}
