// Package fleet keeps the wanted nodes running: it starts them, turns them off,
// and removes extra ones.
package fleet

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

// again is how long after an error the fleet tries again.
const again = time.Second

// Plane is what a fleet needs of the control plane.
type Plane interface {
	Client() kubernetes.Interface
	NodeClient(wrap func(http.RoundTripper) http.RoundTripper) (kubernetes.Interface, error)
	KubeletTLS(nodeName, ip string) (*tls.Config, error)
}

// Config is what a fleet works with. All fields but Held are needed.
type Config struct {
	Plane   Plane
	Network *network.Network
	Catalog container.Catalog
	// Dir holds a folder for each node.
	Dir string
	// Changed is called with all nodes, in order, whenever one has changed. It
	// must not block for long.
	Changed func([]Node)
	// Held is node.Config's.
	Held func(types.UID) (node.Hold, bool)
	Log  *slog.Logger
}

// Fleet is the nodes of one sandbox.
type Fleet struct {
	cfg  Config
	poke chan struct{}

	mu      sync.Mutex
	wanted  Wanted
	states  map[string]State
	members map[string]*member // only Run's goroutine changes it, with mu held
	ready   chan struct{}      // closed once all nodes that should run are running
	once    sync.Once
}

// New returns a fleet without nodes; call Want to get some.
func New(cfg Config) *Fleet {
	return &Fleet{
		cfg: cfg, poke: make(chan struct{}, 1), states: map[string]State{},
		members: map[string]*member{}, ready: make(chan struct{}),
	}
}

// Ready is closed once every node is in its wanted state.
func (f *Fleet) Ready() <-chan struct{} { return f.ready }

// Want changes the wanted nodes. It does not wait for the change.
func (f *Fleet) Want(w Wanted) {
	f.mu.Lock()
	f.wanted = w
	f.mu.Unlock()
	f.wake()
}

func (f *Fleet) wake() {
	select {
	case f.poke <- struct{}{}:
	default:
	}
}

// Run keeps the nodes in their wanted state until ctx is done, and returns when
// all of them are off.
func (f *Fleet) Run(ctx context.Context) {
	defer f.stopAll()
	for ctx.Err() == nil {
		var retry <-chan time.Time
		if err := f.reconcile(ctx); err != nil && ctx.Err() == nil {
			f.cfg.Log.Error("failed to bring the nodes to the wanted state", "error", err)
			retry = time.After(again)
		}
		select {
		case <-ctx.Done():
		case <-f.poke:
		case <-retry:
		}
	}
}

// reconcile brings the nodes closer to the wanted state. New nodes become ready
// later.
func (f *Fleet) reconcile(ctx context.Context) error {
	f.mu.Lock()
	wanted := f.wanted
	f.mu.Unlock()
	f.forget()
	names := wanted.Names()
	var errs []error
	for _, name := range names {
		switch m := f.members[name]; {
		case wanted.IsStopped(name) && m != nil:
			f.stop(m)
			f.set(name, Stopped)
		case wanted.IsStopped(name):
			f.set(name, Stopped)
		case m == nil:
			f.set(name, Starting)
			errs = append(errs, f.start(ctx, name))
		}
	}
	f.settled()
	errs = append(errs, f.removeAll(ctx, names))
	return errors.Join(errs...)
}

// forget drops members that stopped unexpectedly, so that they are restarted.
func (f *Fleet) forget() {
	for _, m := range f.members {
		select {
		case <-m.node.Done():
			f.stop(m)
		default:
		}
	}
}

// set records and reports a node's state; "" is for a removed one.
func (f *Fleet) set(name string, s State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.states[name] == s {
		return
	}
	if f.states[name] = s; s == "" {
		delete(f.states, name)
	}
	f.cfg.Changed(f.nodes())
}

// nodes lists the nodes in their order; f.mu is held.
func (f *Fleet) nodes() []Node {
	names := slices.SortedFunc(maps.Keys(f.states), func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // sandbox-10 comes after sandbox-9
		}
		return strings.Compare(a, b)
	})
	out := make([]Node, len(names))
	for i, name := range names {
		out[i] = Node{name, f.states[name]}
	}
	return out
}

// settled closes ready when no node is still starting.
func (f *Fleet) settled() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range f.wanted.Names() {
		if s := f.states[name]; s != Running && s != Stopped {
			return
		}
	}
	f.once.Do(func() { close(f.ready) })
}

func (f *Fleet) dir(name string) string { return filepath.Join(f.cfg.Dir, name) }

// Heaviest returns the container that holds the most memory.
func (f *Fleet) Heaviest() node.Load {
	f.mu.Lock()
	members := slices.Collect(maps.Values(f.members))
	f.mu.Unlock()
	var most node.Load
	for _, m := range members {
		if load := m.node.Heaviest(); load.Bytes > most.Bytes {
			most = load
		}
	}
	return most
}
