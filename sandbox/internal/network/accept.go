package network

import (
	"context"
	"errors"
	"net"
	"time"
)

// The minimum and maximum pause of AcceptAll after a failed accept.
const (
	leastPause = 5 * time.Millisecond
	mostPause  = time.Second
)

// AcceptAll passes on each connection, in its own goroutine, until l is closed.
// Other errors, such as too many open files, are temporary.
func AcceptAll(ctx context.Context, l net.Listener, handle func(net.Conn)) error {
	var pause time.Duration
	for {
		c, err := l.Accept()
		if err == nil {
			pause = 0
			go handle(c)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		pause = min(max(2*pause, leastPause), mostPause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
