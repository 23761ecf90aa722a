// Package demo is the program that lessons run in pods. The real image and the
// sandbox run this same code: everything that it touches comes in a Config, so
// it knows neither the process nor the network that it runs on.
//
// It serves HTTP on port 8080. The page "/" says which pod answers and which
// client asked, and counts its visits in Redis; "/healthz" answers without
// Redis. The client is the one that a proxy in front names in X-Real-IP, and
// the peer of the connection when no proxy does: behind nginx a learner sees
// who asked nginx, and without proxy_set_header the address of nginx's pod.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Drain is how long the image's program goes on serving when it is asked to stop.
const Drain = 2 * time.Second

// Config is the world of one running program.
type Config struct {
	// Args is the command line with the program's name first; there are no arguments yet.
	Args []string
	// Env holds NAME=value, the last of a name wins. The program reads
	// REDIS_HOST (docker2istio-redis), REDIS_PORT (6379) and APP_VERSION.
	Env []string
	// Listen and Dial are the network that the program serves and calls on.
	Listen func(network, address string) (net.Listener, error)
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	// Stdout gets a line for each request, Stderr what went wrong.
	Stdout, Stderr io.Writer
	// Addr is the program's own address, as the page shows it.
	Addr string
	// Stop asks the program to finish the requests at hand and to end, with
	// exit code 0. The context of Run ends it at once.
	Stop <-chan struct{}
	// Drain is how long it still serves after Stop.
	Drain time.Duration
}

// Ports and patience of the program.
const (
	address      = ":8080"
	redisTimeout = 2 * time.Second
	grace        = 5 * time.Second
)

// Run serves until it is asked to stop and returns the exit code: 0 after
// Stop, 1 when it cannot serve, 2 for arguments that it does not know, 137
// when ctx is done first.
func Run(ctx context.Context, c Config) int {
	stderr := log.New(c.Stderr, "", log.LstdFlags)
	if len(c.Args) > 1 {
		stderr.Printf("unknown argument %q; the program takes none", c.Args[1])
		return 2
	}
	listener, err := c.Listen("tcp", address)
	if err != nil {
		stderr.Printf("failed to listen on %s: %v", address, err)
		return 1
	}
	stdout := log.New(c.Stdout, "", log.LstdFlags)
	app := newApp(c, stdout)
	stdout.Printf("docker2istio-app %s listens on %s, Redis is %s", app.version, address, app.redis)
	server := &http.Server{
		Handler:           app.handler(),
		ErrorLog:          stderr,
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	return serve(ctx, c, server, listener, stdout, stderr)
}

func serve(ctx context.Context, c Config, server *http.Server, l net.Listener, stdout, stderr *log.Logger) int {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case <-ctx.Done():
		closing := server.Close()
		return exitCode(137, closing, stderr)
	case <-c.Stop:
		stdout.Print("stopping")
		c.linger(ctx)
		ending, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		return exitCode(0, server.Shutdown(ending), stderr)
	case err := <-failed:
		return exitCode(1, fmt.Errorf("failed to serve: %w", err), stderr)
	}
}

// linger goes on serving for a moment after the program was asked to stop: the
// cluster's nodes hear of a pod that goes at about the same time as the pod
// does, and send it visitors until then.
func (c Config) linger(ctx context.Context) {
	timer := time.NewTimer(c.Drain)
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
