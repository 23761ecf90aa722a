package service

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

// grace is how long requests at hand may still take at the end.
const grace = 5 * time.Second

// ExitKilled is the exit code of a program whose context is done.
const ExitKilled = 137

// Serve serves until it is asked to stop and returns the exit code: 0 after
// Stop, 1 when it cannot serve, ExitKilled when ctx is done first, and what
// End returns.
func (w World) Serve(ctx context.Context, s Service) int {
	stdout, stderr := w.Log(), w.Complain()
	listener, err := w.Listen("tcp", s.Address)
	if err != nil {
		stderr.Printf("failed to listen on %s: %v", s.Address, err)
		return 1
	}
	stdout.Printf("%s listens on %s", s.About, s.Address)
	server := &http.Server{
		Handler:           w.handler(s, stdout),
		ErrorLog:          stderr,
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	return w.serve(ctx, s, server, listener, stdout, stderr)
}

func (w World) serve(ctx context.Context, s Service, server *http.Server, l net.Listener, stdout, stderr *log.Logger) int {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case <-ctx.Done():
		return exitCode(ExitKilled, server.Close(), stderr)
	case <-w.Stop:
		stdout.Print("stopping")
		w.linger(ctx)
		ending, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		return exitCode(0, server.Shutdown(ending), stderr)
	case end := <-s.End:
		defer func() { _ = server.Close() }() // it ends at once, whoever waits
		return end()
	case err := <-failed:
		return exitCode(1, fmt.Errorf("failed to serve: %w", err), stderr)
	}
}

// linger goes on serving for a moment after the program was asked to stop: the
// cluster's nodes hear of a pod that goes at about the same time as the pod
// does, and send it visitors until then.
func (w World) linger(ctx context.Context) {
	timer := time.NewTimer(w.Drain)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// exitCode returns the code and says what went wrong on the way out.
func exitCode(code int, err error, stderr *log.Logger) int {
	if err != nil && !errors.Is(err, net.ErrClosed) {
		stderr.Print(err)
	}
	return code
}
