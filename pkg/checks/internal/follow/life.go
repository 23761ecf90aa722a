package follow

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// ErrClosed is what a call returns on what is closed before or while it looks.
var ErrClosed = errors.New("the engine is closed")

// Close ends everything that is running and waits for it.
func (c *Cluster) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.stop(ErrClosed)
	c.work.Wait()
}

// Enter begins a call: its context ends with the engine too, and Close waits until
// it has left.
func (c *Cluster) Enter(ctx context.Context) (inside context.Context, leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, ErrClosed
	}
	c.work.Add(1)
	inside, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(c.ctx, func() { cancel(ErrClosed) })
	return inside, func() {
		unhook()
		cancel(nil)
		c.work.Done()
	}, nil
}

// EndOf is why a call's context ended, nil while it lasts.
func EndOf(ctx context.Context) error {
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
