package follow

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// Inbox collects which cells changed, for one who watches.
type Inbox struct {
	Bell chan struct{}

	mu      sync.Mutex
	changed map[Key]bool
	all     bool
}

func newInbox() *Inbox {
	return &Inbox{Bell: make(chan struct{}, 1), changed: map[Key]bool{}}
}

func (i *Inbox) put(key *Key) {
	i.mu.Lock()
	if key == nil {
		i.all = true
	} else {
		i.changed[*key] = true
	}
	i.mu.Unlock()
	select {
	case i.Bell <- struct{}{}:
	default:
	}
}

// Take empties the inbox.
func (i *Inbox) Take() (changed map[Key]bool, all bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	changed, all = i.changed, i.all
	i.changed, i.all = map[Key]bool{}, false
	return changed, all
}

// tell puts a change into every inbox.
func (c *Cluster) tell(key Key) {
	c.heard.Store(time.Now().UnixNano())
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.watchers {
		i.put(&key)
	}
}

// Subscribe opens an inbox and sees to it that the loss of the API is noticed.
func (c *Cluster) Subscribe() (box *Inbox, unsubscribe func()) {
	box = newInbox()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers[box] = true
	if !c.beating {
		c.beating = true
		c.work.Go(func() { c.heartbeat(c.ctx) })
	}
	return box, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, box)
	}
}

// heartbeat asks the API a cheap question when nothing has come from it for a
// while, since a watch on a server that hangs looks like one where nothing happens.
func (c *Cluster) heartbeat(ctx context.Context) {
	for timing.Pause(ctx, timing.Beat) {
		c.mu.Lock()
		idle, lost := len(c.watchers) == 0, c.down != nil
		c.mu.Unlock()
		quiet := time.Since(time.Unix(0, c.heard.Load())) > timing.Beat
		if idle || !quiet && !lost {
			continue
		}
		if err := c.ping(ctx); ctx.Err() == nil {
			c.setDown(err)
		}
	}
}

func (c *Cluster) setDown(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := (c.down == nil) != (err == nil)
	c.down = err
	if !changed {
		return
	}
	for i := range c.watchers {
		i.put(nil)
	}
}

// Lost is why the API is not there, nil while it is.
func (c *Cluster) Lost() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.down
}

func loggerOf(ctx context.Context) logr.Logger { return klog.FromContext(ctx) }
