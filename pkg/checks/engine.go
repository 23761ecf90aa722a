package checks

import (
	"fmt"

	"k8s.io/client-go/rest"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
)

const (
	// clientQPS and clientBurst keep client-go from holding back what a screen of
	// checks asks at once.
	clientQPS, clientBurst = 200, 400
)

// Engine looks at one cluster. All its callers share what it watches,
// until Close. It is safe for use by many goroutines.
type Engine struct {
	cluster *follow.Cluster
	outside outside
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
	e := &Engine{}
	if e.outside.Client, err = ask.New(quiet, web); err == nil {
		e.cluster, err = follow.New(quiet, web, e.outside.Ping)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to prepare the connection to the cluster: %w", err)
	}
	for _, o := range options {
		o(e)
	}
	return e, nil
}

// ErrClosed is what a call on an engine returns that is closed before or while it
// looks.
var ErrClosed = follow.ErrClosed

// Close ends everything that the engine does and waits for it: each Look, Watch and
// Wait that is running returns ErrClosed. A report of Watch must not call it.
func (e *Engine) Close() { e.cluster.Close() }
