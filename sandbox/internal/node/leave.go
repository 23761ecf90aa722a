package node

import (
	"context"
	"log/slog"
	"runtime"
	"strings"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// endsWith returns a context for the status manager, whose goroutine never
// ends: a kubelet's process ends with its node. Here a node ends and the
// process continues. The only code of ours that the goroutine calls in each
// round is its logger, which ends the goroutine when ctx is done.
func endsWith(ctx context.Context, log *slog.Logger) context.Context {
	return klog.NewContext(ctx, logr.New(&lastRound{LogSink: logr.FromSlogHandler(log.Handler()).GetSink(), node: ctx}))
}

type lastRound struct {
	logr.LogSink
	node context.Context
}

// Enabled lets the first message of a round through once the goroutine should
// end.
func (l *lastRound) Enabled(int) bool { return l.node.Err() != nil }

// Info ends the goroutine at the beginning of a round, when it holds no lock.
// The status manager itself logs there "Syncing all statuses" or "Syncing
// updated statuses".
func (l *lastRound) Info(_ int, message string, _ ...any) {
	if strings.HasPrefix(message, "Syncing ") {
		runtime.Goexit()
	}
}

// Error drops the errors of a node that is off.
func (l *lastRound) Error(err error, message string, pairs ...any) {
	if l.node.Err() == nil {
		l.LogSink.Error(err, message, pairs...)
	}
}

// WithValues keeps the sink in place.
func (l *lastRound) WithValues(pairs ...any) logr.LogSink {
	return &lastRound{l.LogSink.WithValues(pairs...), l.node}
}

// WithName keeps the sink in place.
func (l *lastRound) WithName(name string) logr.LogSink {
	return &lastRound{l.LogSink.WithName(name), l.node}
}
