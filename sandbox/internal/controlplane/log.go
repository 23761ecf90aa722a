package controlplane

import (
	"context"
	"log/slog"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// errorsOnly keeps what Kubernetes has to tell its operators out of the
// learner's log: it speaks a thousand lines a minute when all is well.
type errorsOnly struct{ slog.Handler }

// Enabled reports whether a record of this level is kept.
func (h errorsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

// WithAttrs returns a handler that adds attrs to each record.
func (h errorsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return errorsOnly{h.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler that puts what follows in a group.
func (h errorsOnly) WithGroup(name string) slog.Handler {
	return errorsOnly{h.Handler.WithGroup(name)}
}

// zapCore hands etcd's errors to log, one record each.
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
