package controlplane

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	_ "unsafe" // for go:linkname

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	_ "k8s.io/apiserver/pkg/storage/storagebackend/factory" // for the variable that is linked below
)

// etcd3ClientLogger is what the API server's etcd clients log with. Upstream
// makes it write JSON to stderr, and offers no way to change that: it reads the
// level in ETCD_CLIENT_DEBUG and ignores it.
//
//nolint:gochecknoglobals // it is upstream's, see above
//go:linkname etcd3ClientLogger k8s.io/apiserver/pkg/storage/storagebackend/factory.etcd3ClientLogger
var etcd3ClientLogger *zap.Logger

// mostHeld is how many records are kept in case the start fails.
const mostHeld = 100

// noise is a handler for the logs of Kubernetes and etcd, which write a
// thousand lines a minute when all is well. It keeps only errors. During the
// start, when some parts miss others that aren't up yet, it holds errors back,
// and writes them only if the start fails. Errors while everything stops don't
// matter.
type noise struct {
	slog.Handler
	*gate
}

// gate is shared by a handler and the handlers derived from it.
type gate struct {
	mu   sync.Mutex
	open bool
	shut bool
	held []func()
}

func newNoise(to slog.Handler) *noise { return &noise{to, &gate{}} }

// Enabled reports whether a record of this level is kept.
func (h *noise) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

// Handle writes a record, holds it back, or drops it.
func (h *noise) Handle(ctx context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.shut || isHarmless(r):
		return nil
	case h.open:
		return h.Handler.Handle(ctx, r)
	case len(h.held) < mostHeld:
		kept := r.Clone()
		h.held = append(h.held, func() { _ = h.Handler.Handle(context.WithoutCancel(ctx), kept) })
	}
	return nil
}

// isHarmless recognizes errors that upstream logs in normal operation: a
// controller that retries because its cache is behind, and a client that closed
// its end first.
func isHarmless(r slog.Record) bool {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.Value.String()
		return true
	})
	return strings.Contains(text, "is not as new as written version") || strings.Contains(text, "use of closed network connection")
}

// WithAttrs returns a handler that adds attrs to each record.
func (h *noise) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &noise{h.Handler.WithAttrs(attrs), h.gate}
}

// WithGroup returns a handler that puts later attributes in a group.
func (h *noise) WithGroup(name string) slog.Handler {
	return &noise{h.Handler.WithGroup(name), h.gate}
}

// started marks the end of the start: errors count from now on.
func (g *gate) started() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open, g.held = true, nil
}

// failed writes the records that were held back.
func (g *gate) failed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, write := range g.held {
		write()
	}
	g.held = nil
}

// stopping marks that everything stops, and whether an error is the reason.
func (g *gate) stopping(because bool) {
	if because {
		g.failed()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
}

// zapCore passes etcd's errors to log, one record each.
func zapCore(log *slog.Logger) zapcore.Core {
	encoding := zap.NewProductionEncoderConfig()
	encoding.TimeKey, encoding.LevelKey, encoding.CallerKey, encoding.StacktraceKey = "", "", "", ""
	encoding.SkipLineEnding = true
	return zapcore.NewCore(zapcore.NewConsoleEncoder(encoding), zapcore.AddSync(slogWriter{log}), zapcore.ErrorLevel)
}

type slogWriter struct{ log *slog.Logger }

// Write logs one encoded record.
func (w slogWriter) Write(record []byte) (int, error) {
	w.log.Error("etcd: " + string(record))
	return len(record), nil
}
