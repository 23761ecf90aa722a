package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// run is the node's life.
func (n *Node) run(ctx context.Context, l net.Listener) error {
	events, stop := n.newRecorder(ctx)
	defer stop()
	n.events = events
	n.allocations = n.newAllocations()
	n.allocations.Run(ctx)

	server := &http.Server{Handler: n.handler(), ReadHeaderTimeout: 30 * time.Second, ErrorLog: slog.NewLogLogger(n.Log.Handler(), slog.LevelWarn)}
	defer func() { _ = server.Close() }()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(tls.NewListener(l, n.TLS)) }()
	go func() { _ = server.Serve(n.inner) }() // Until the server is closed.

	old := n.before(ctx)
	if err := n.register(ctx); err != nil {
		return fmt.Errorf("failed to register node %q: %w", n.Name, err)
	}
	n.announce(old)
	n.statuses.Start(endsWith(ctx, n.Log))
	go n.heartbeat(ctx)
	go n.watchSelf(ctx)
	if err := n.watchPods(ctx); err != nil {
		return fmt.Errorf("failed to watch the pods of node %q: %w", n.Name, err)
	}
	close(n.ready)
	defer n.running.Wait()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("failed to serve the kubelet's API of node %q: %w", n.Name, err)
	}
}

// deletionSafety tells the status manager when a pod may be removed from the
// API.
type deletionSafety struct{ node *Node }

func (d deletionSafety) PodCouldHaveRunningContainers(pod *corev1.Pod) bool {
	d.node.mu.Lock()
	w := d.node.workers[pod.UID]
	d.node.mu.Unlock()
	return w != nil && !w.isTerminal()
}

// noLatency replaces the kubelet's startup metrics, which nothing reads here.
type noLatency struct{}

func (noLatency) RecordStatusUpdated(*corev1.Pod)   {}
func (noLatency) DeletePodStartupState(_ types.UID) {}
