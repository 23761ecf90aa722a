package daemon

import (
	"context"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// idleLook is how often, at least, the last use goes into the record.
const idleLook = time.Minute

// stopWhenIdle calls stop when nobody has used the sandbox for as long as the
// settings say, and returns then or when ctx is done.
func (d *daemon) stopWhenIdle(ctx context.Context, stop func()) {
	for {
		timeout, last := d.idleTimeout(), d.use.Last()
		d.noteUse(last)
		wait := idleLook
		if timeout > 0 {
			left := timeout - time.Since(last)
			if left <= 0 {
				d.opts.Log.Info("stopping the idle sandbox", "for", timeout)
				d.update(func(r *record) { r.IdleStopped = time.Now().UTC().Truncate(time.Second) })
				stop()
				return
			}
			wait = min(wait, left)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-d.retimed:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

func (d *daemon) idleTimeout() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.record.idleTimeout()
}

// noteUse records when the sandbox was last used, if that has changed.
func (d *daemon) noteUse(last time.Time) {
	last = last.UTC().Truncate(time.Second)
	d.mu.Lock()
	same := d.record.LastUse.Equal(last)
	d.mu.Unlock()
	if !same {
		d.update(func(r *record) { r.LastUse = last })
	}
}

// Span returns a duration in words: "2 h", "1 h 30 min", "10 s".
func Span(d time.Duration) lang.Message {
	var out lang.Message
	add := func(n time.Duration, en, zh string) {
		if n == 0 {
			return
		}
		m := lang.Messagef("%d "+en, "%d "+zh, int64(n))
		if !out.IsZero() {
			m = lang.Messagef("%s %s", "%s %s", out, m)
		}
		out = m
	}
	add(d/time.Hour, "h", "小时")
	add(d%time.Hour/time.Minute, "min", "分钟")
	add(d%time.Minute/time.Second, "s", "秒")
	if out.IsZero() {
		return lang.Same(d.String())
	}
	return out
}
