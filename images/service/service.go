// Package service is what the programs of the lesson images share: the world
// that they run in, and how they serve and end. The real images and the sandbox
// run the same code: everything that a program touches comes in a World, so it
// knows neither the process nor the network that it runs on.
//
// Every program answers "/healthz", names its version in the header
// X-App-Version, and writes a line for each request.
package service

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Drain is how long a program goes on serving when it is asked to stop.
const Drain = 2 * time.Second

// World is the world of one running program.
type World struct {
	// Args is the command line with the program's name first.
	Args []string
	// Environ holds NAME=value, the last of a name wins.
	Environ []string
	// Listen and Dial are the network that the program serves and calls on.
	Listen func(network, address string) (net.Listener, error)
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	// Stdout gets a line for each request, Stderr what went wrong.
	Stdout, Stderr io.Writer
	// Addr is the program's own address, and Hostname the name of its pod.
	Addr, Hostname string
	// Stop asks the program to finish the requests at hand and to end, with
	// exit code 0. The context of a run ends it at once.
	Stop <-chan struct{}
	// Drain is how long it still serves after Stop.
	Drain time.Duration
}

// Getenv returns the last value of a name; an empty value is none.
func (w World) Getenv(name, otherwise string) string {
	for _, entry := range slices.Backward(w.Environ) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok && value != "" {
			return value
		}
	}
	return otherwise
}

// Version is APP_VERSION, which each image sets to its tag.
func (w World) Version() string { return w.Getenv("APP_VERSION", "0.0.0") }

// Log writes what happens to stdout.
func (w World) Log() *log.Logger { return log.New(w.Stdout, "", log.LstdFlags) }

// Complain writes what went wrong to stderr.
func (w World) Complain() *log.Logger { return log.New(w.Stderr, "", log.LstdFlags) }

// Wait waits for a time, and reports false when the program is to end before.
func (w World) Wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.Stop:
	case <-ctx.Done():
	}
	return false
}

// Service is what a program serves.
type Service struct {
	// About says at the start what the program is: "web-app 1.0".
	About string
	// Address is where it listens, ":5000".
	Address string
	// Handle adds the pages; "/healthz" is there already.
	Handle func(*http.ServeMux)
	// End may deliver an end other than the one that Stop asks for: it is
	// called instead of serving on, and returns the exit code, or panics.
	End <-chan func() int
	// Stuck may be closed to make the program hang: from then on it takes
	// connections and answers nothing.
	Stuck <-chan struct{}
}
