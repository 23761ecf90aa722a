package checks

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// inbox collects which cells changed, for one who watches.
type inbox struct {
	bell chan struct{}

	mu      sync.Mutex
	changed map[cellKey]bool
	all     bool
}

func newInbox() *inbox {
	return &inbox{bell: make(chan struct{}, 1), changed: map[cellKey]bool{}}
}

func (i *inbox) put(key *cellKey) {
	i.mu.Lock()
	if key == nil {
		i.all = true
	} else {
		i.changed[*key] = true
	}
	i.mu.Unlock()
	select {
	case i.bell <- struct{}{}:
	default:
	}
}

// take empties the inbox.
func (i *inbox) take() (changed map[cellKey]bool, all bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	changed, all = i.changed, i.all
	i.changed, i.all = map[cellKey]bool{}, false
	return changed, all
}

// tell puts a change into every inbox.
func (e *Engine) tell(key cellKey) {
	e.stirred.Store(time.Now().UnixNano())
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.watchers {
		i.put(&key)
	}
}

// subscribe opens an inbox and sees to it that the loss of the API is noticed.
func (e *Engine) subscribe() (box *inbox, unsubscribe func()) {
	box = newInbox()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watchers[box] = true
	if !e.beating {
		e.beating = true
		e.work.Go(func() { e.heartbeat(e.ctx) })
	}
	return box, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers, box)
	}
}

// heartbeat asks the API a cheap question when nothing has come from it for a
// while, since a watch on a server that hangs looks like one where nothing happens.
func (e *Engine) heartbeat(ctx context.Context) {
	for timing.Pause(ctx, timing.Beat) {
		e.mu.Lock()
		idle, lost := len(e.watchers) == 0, e.down != nil
		e.mu.Unlock()
		quiet := time.Since(time.Unix(0, e.stirred.Load())) > timing.Beat
		if idle || !quiet && !lost {
			continue
		}
		if err := e.outside.Ping(ctx); ctx.Err() == nil {
			e.setDown(err)
		}
	}
}

func (e *Engine) setDown(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	changed := (e.down == nil) != (err == nil)
	e.down = err
	if !changed {
		return
	}
	for i := range e.watchers {
		i.put(nil)
	}
}

func (e *Engine) lost() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.down
}

func loggerOf(ctx context.Context) logr.Logger { return klog.FromContext(ctx) }
