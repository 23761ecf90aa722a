package follow

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// Cluster is what is known of one cluster. What it watches is shared by all who ask
// it, and kept until it is closed. It is safe for use by many goroutines.
type Cluster struct {
	dynamic  dynamic.Interface
	metadata metadata.Interface
	kinds    *kinds
	shapes   *shapes
	// ping asks whether the API is there.
	ping func(context.Context) error

	// ctx is the life of what is watched; closing ends it.
	ctx  context.Context
	stop context.CancelCauseFunc
	work sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	sources  map[Key]*Source
	watchers map[*Inbox]bool
	down     error
	beating  bool
	// heard is when the API last said something, in nanoseconds since 1970.
	heard atomic.Int64

	names recentNames
}

// New prepares to follow the cluster of cfg, which web speaks to, without asking
// it anything yet.
func New(cfg *rest.Config, web *http.Client, ping func(context.Context) error) (*Cluster, error) {
	c := &Cluster{
		ping: ping, sources: map[Key]*Source{}, watchers: map[*Inbox]bool{},
		names: recentNames{lists: map[Key]namesAt{}},
	}
	c.ctx, c.stop = context.WithCancelCause(klog.NewContext(context.Background(), logr.Discard()))
	var err error
	if c.dynamic, err = dynamic.NewForConfigAndClient(cfg, web); err != nil {
		return nil, err
	}
	if c.metadata, err = metadata.NewForConfigAndClient(metadata.ConfigFor(cfg), web); err != nil {
		return nil, err
	}
	timed := rest.CopyConfig(cfg)
	timed.Timeout = timing.Kinds
	patient := *web
	patient.Timeout = timing.Kinds
	patient.Transport = mortal{life: c.ctx, next: web.Transport}
	client, err := discovery.NewDiscoveryClientForConfigAndClient(timed, &patient)
	if err != nil {
		return nil, err
	}
	c.kinds = &kinds{client: client, background: c.work.Go}
	c.shapes = &shapes{client: client.OpenAPIV3(), background: c.work.Go, documents: map[string]*match.Description{}}
	return c, nil
}

// Find returns the resource of a kind; see kinds.
func (c *Cluster) Find(ctx context.Context, kind, apiVersion string) (Served, error) {
	return c.kinds.find(ctx, kind, apiVersion)
}

// Shape returns what the API says of a kind that is compared with a part of a manifest,
// nil when it does not matter or when the API says nothing.
func (c *Cluster) Shape(ctx context.Context, of Served, wanted map[string]any) *match.Shape {
	return c.shapes.find(ctx, of, wanted)
}

// Warm reports that something is watched already.
func (c *Cluster) Warm() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sources) > 0
}

// AskAgain lets the next question for an unknown kind go to the API, however short a
// time ago the last one did.
func (c *Cluster) AskAgain() {
	c.kinds.asking.Lock()
	defer c.kinds.asking.Unlock()
	c.kinds.asked = time.Time{}
}
