package checks

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// ErrClosed is what a call on an engine returns that is closed before or while it
// looks.
var ErrClosed = errors.New("the engine is closed")

// Close ends everything that the engine does and waits for it: each Look, Watch and
// Wait that is under way returns ErrClosed. A report of Watch must not call it.
func (e *Engine) Close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.stop(ErrClosed)
	e.work.Wait()
}

// enter begins a call: its context ends with the engine too, and Close waits until
// it has left.
func (e *Engine) enter(ctx context.Context) (inside context.Context, leave func(), err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, nil, ErrClosed
	}
	e.work.Add(1)
	inside, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(e.ctx, func() { cancel(ErrClosed) })
	return inside, func() {
		unhook()
		cancel(nil)
		e.work.Done()
	}, nil
}

// endOf is why a call's context ended, nil while it lasts.
func endOf(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), ErrClosed) {
		return ErrClosed
	}
	return ctx.Err()
}

// mortal ends requests with the engine. client-go asks for kinds and their types
// without a context.
type mortal struct {
	life context.Context
	next http.RoundTripper
}

// RoundTrip sends a request that lasts as long as both its own context and the engine.
func (m mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	unhook := context.AfterFunc(m.life, cancel) //nolint:contextcheck // the engine ends it too
	end := func() { unhook(); cancel() }
	next := m.next
	if next == nil {
		next = http.DefaultTransport
	}
	response, err := next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		end()
		return nil, err
	}
	response.Body = endingBody{response.Body, end}
	return response, nil
}

// endingBody tells when its reader is done with it.
type endingBody struct {
	io.ReadCloser
	end func()
}

// Close ends the request.
func (b endingBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}
