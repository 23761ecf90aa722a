package nodehost

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/controlplane"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/fleet"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/node"
)

const (
	// firstPause is how long the host waits before it starts an ended process
	// again, longestPause the maximum: the pause doubles as long as the process
	// ends before its nodes are up.
	firstPause   = 200 * time.Millisecond
	longestPause = 30 * time.Second
	// stopPatience is how long the process may take to stop before it is killed.
	stopPatience = 5 * time.Second
	// linkPatience is how long a call waits for nodes that are booting.
	linkPatience = 10 * time.Second
	// mostFailures is how often the process may end before it was ready for the
	// first time.
	mostFailures = 5
)

// Plane is what a host needs of the control plane.
type Plane interface {
	ServerAddress() string
	NodeCredentials(addresses map[string]string) (controlplane.NodeCredentials, error)
	DialTLS(host string) (*tls.Config, error)
}

// Config says what a host runs and how it reports.
type Config struct {
	// Program is this program; it is started with Command.
	Program string
	// Build is the program's version.
	Build string
	// Dir holds a folder for each node.
	Dir string
	// Memory is how many bytes the process may use; 0 for no limit.
	Memory int64
	// Nodes is called with all nodes whenever one has changed; Ingress with the
	// port that Ingresses are served on, 0 for none; Process with the PID and how
	// the process is confined, 0 when it has ended. None may block for long.
	Nodes   func([]fleet.Node)
	Ingress func(port int)
	Process func(pid int, c Confinement)
	// Use is called when someone outside the cluster starts to use it, and the
	// function it returns when they are done.
	Use func() (end func())
	// Ended is called with the reason when the process ends unexpectedly, and Held
	// with all pods that are held back then.
	Ended func(Crash)
	Held  func([]HeldPod)
	// Log takes the host's log, Output the process's output.
	Log    *slog.Logger
	Output io.Writer
}

// Host keeps the nodes' process running.
type Host struct {
	cfg Config
	off chan struct{}

	ready     chan struct{}
	readyOnce sync.Once
	// isUp says that the nodes of the current process are up; only keep's goroutine
	// uses it.
	isUp bool

	mu     sync.Mutex
	boot   *boot
	tls    *tls.Config
	wanted *fleet.Wanted
	orders *json.Encoder
	link   string
	linked chan struct{} // closed when link is set
	uses   []func()
	held   holds
	// heaviest is the container that held the most when memory got short, if it
	// did.
	heaviest node.Load
	pinged   bool          // a ping is unanswered
	hung     bool          // it was killed because it did not answer
	failed   chan struct{} // closed if the process never got ready
	err      error         // why, written before failed is closed
}

// Start starts the process, which waits for Boot, and keeps it running until ctx
// is done. Off says when it has ended after that.
func Start(ctx context.Context, cfg Config) *Host {
	h := &Host{cfg: cfg, off: make(chan struct{}), ready: make(chan struct{}), linked: make(chan struct{}), held: holds{}, failed: make(chan struct{})}
	go h.keep(ctx)
	return h
}

// Ready is closed once every node is in its wanted state.
func (h *Host) Ready() <-chan struct{} { return h.ready }

// Failed is closed when the process has ended several times before the nodes
// were ready; Err then says why it ended the last time.
func (h *Host) Failed() <-chan struct{} { return h.failed }

// Err is why the process never got ready; only after Failed.
func (h *Host) Err() error { return h.err }

// Off is closed when the process has ended for good.
func (h *Host) Off() <-chan struct{} { return h.off }

// Boot lets the nodes take part in a cluster.
func (h *Host) Boot(p Plane) error {
	addresses := map[string]string{linkName: linkAddress}
	for n := 1; n <= fleet.Most; n++ {
		addresses[fleet.Name(n)] = network.NodeAddress(n)
	}
	credentials, err := p.NodeCredentials(addresses)
	if err != nil {
		return err
	}
	config, err := p.DialTLS(linkAddress)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.boot = &boot{
		Build: h.cfg.Build, Credentials: credentials, Server: p.ServerAddress(), Dir: h.cfg.Dir, Memory: h.cfg.Memory,
	}
	h.tls = config
	h.tell(order{Boot: h.boot})
	return nil
}

// Want changes the wanted nodes.
func (h *Host) Want(w fleet.Wanted) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wanted = &w
	if h.boot != nil {
		h.tell(order{Want: &w})
	}
}

// tell gives the process an order; h.mu is held. What does not reach an ending
// process goes to the next one when it starts.
func (h *Host) tell(o order) {
	if h.orders != nil {
		_ = h.orders.Encode(o)
	}
}

// DialFromNode connects to a node, a pod or a Service, as the first node would.
func (h *Host) DialFromNode(ctx context.Context, protocol, address string) (net.Conn, error) {
	timer := time.NewTimer(linkPatience)
	defer timer.Stop()
	for {
		h.mu.Lock()
		link, config, linked := h.link, h.tls, h.linked
		h.mu.Unlock()
		if link != "" {
			return dialLink(ctx, config, link, hello{protocol, address})
		}
		select {
		case <-linked:
		case <-timer.C:
			return nil, errors.New("the nodes are not up")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// keep starts the process again whenever it ends.
func (h *Host) keep(ctx context.Context) {
	defer close(h.off)
	pause, failures := firstPause, 0
	for ctx.Err() == nil {
		h.isUp = false
		crash, err := h.run(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New(crash.Why)
			h.blame(crash)
		}
		h.cfg.Log.Error("the nodes' process ended", "error", err, "container", crash.Culprit)
		if failures++; failures == mostFailures && !h.wasReady() {
			h.err = fmt.Errorf("the nodes' process ended %d times: %w", failures, err)
			close(h.failed)
		}
		if h.isUp {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

func (h *Host) wasReady() bool {
	select {
	case <-h.ready:
		return true
	default:
		return false
	}
}

// blame holds back the pod whose program crashed the process, and reports it.
func (h *Host) blame(crash Crash) {
	h.mu.Lock()
	if crash.Memory && crash.UID == "" {
		crash.Culprit, crash.UID = h.heaviest.Container, string(h.heaviest.UID)
	}
	crash.Hold = h.held.add(crash, time.Now())
	held := h.held.list()
	h.mu.Unlock()
	h.cfg.Held(held)
	h.cfg.Ended(crash)
}
