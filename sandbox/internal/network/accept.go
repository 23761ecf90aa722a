package network

import (
	"context"
	"errors"
	"net"
	"time"
)

// How long AcceptAll waits after it could not accept, at the least and at most.
const (
	leastPause = 5 * time.Millisecond
	mostPause  = time.Second
)

// AcceptAll hands over each connection, in a goroutine of its own, until l is
// closed. What else goes wrong, such as too many open files, passes.
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
