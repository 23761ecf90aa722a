package checks

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/go-logr/logr"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

const (
	// clientQPS and clientBurst keep client-go from holding back what a screen of
	// checks asks at once.
	clientQPS, clientBurst = 200, 400
)

// Engine looks at one cluster. What it watches is shared by all who ask it, and
// kept until Close. It is safe for use by many goroutines.
type Engine struct {
	dynamic  dynamic.Interface
	metadata metadata.Interface
	kinds    *kinds
	shapes   *shapes
	outside  outside

	// ctx is the life of what the engine watches; Close ends it.
	ctx  context.Context
	stop context.CancelCauseFunc
	work sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	sources  map[cellKey]*source
	watchers map[*inbox]bool
	down     error
	beating  bool
	stirred  atomic.Int64

	glances glances
}

// Option gives an engine what it does not have by itself.
type Option func(*Engine)

// WithRunner lets checks run commands on this machine. Without it they are
// Unknown.
func WithRunner(r Runner) Option { return func(e *Engine) { e.outside.runner = r } }

// WithAnswers lets checks look at what the learner answered. Without it they are
// Unknown.
func WithAnswers(a Answers) Option { return func(e *Engine) { e.outside.answers = a } }

// NewEngine prepares an engine for the cluster of cfg, without asking it anything
// yet. The caller must Close it.
func NewEngine(cfg *rest.Config, options ...Option) (*Engine, error) {
	quiet := rest.CopyConfig(cfg)
	if quiet.QPS == 0 && quiet.Burst == 0 && quiet.RateLimiter == nil {
		quiet.QPS, quiet.Burst = clientQPS, clientBurst
	}
	if quiet.WarningHandler == nil && quiet.WarningHandlerWithContext == nil {
		quiet.WarningHandlerWithContext = rest.NoWarnings{}
	}
	web, err := rest.HTTPClientFor(quiet)
	if err != nil {
		return nil, fmt.Errorf("failed to prepare the connection to the cluster: %w", err)
	}
	e := &Engine{sources: map[cellKey]*source{}, watchers: map[*inbox]bool{}, glances: glances{names: map[cellKey]glanced{}}}
	e.ctx, e.stop = context.WithCancelCause(klog.NewContext(context.Background(), logr.Discard()))
	if err := e.clients(quiet, web); err != nil {
		return nil, fmt.Errorf("failed to prepare the connection to the cluster: %w", err)
	}
	for _, o := range options {
		o(e)
	}
	return e, nil
}

func (e *Engine) clients(cfg *rest.Config, web *http.Client) error {
	var err error
	if e.dynamic, err = dynamic.NewForConfigAndClient(cfg, web); err != nil {
		return err
	}
	if e.metadata, err = metadata.NewForConfigAndClient(metadata.ConfigFor(cfg), web); err != nil {
		return err
	}
	if e.outside.Client, err = ask.New(cfg, web); err != nil {
		return err
	}
	timed := rest.CopyConfig(cfg)
	timed.Timeout = timing.Kinds
	patient := *web
	patient.Timeout = timing.Kinds
	patient.Transport = mortal{life: e.ctx, next: web.Transport}
	served, err := discovery.NewDiscoveryClientForConfigAndClient(timed, &patient)
	if err != nil {
		return err
	}
	e.kinds = &kinds{client: served, background: e.work.Go}
	e.shapes = &shapes{client: served.OpenAPIV3(), background: e.work.Go, documents: map[string]*match.Description{}}
	return nil
}
