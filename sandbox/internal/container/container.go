// Package container is the sandbox's container runtime: images whose programs
// are Go functions, and the environment of such a program: arguments,
// variables, files, network, signals and standard streams. It knows nothing
// about Kubernetes.
package container

import (
	"context"
	"io"
	"net"
	"time"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// Program is a program of an image. It returns the exit code. A program that is
// asked to stop gets a Signal and may take its time; when ctx is done, it has
// been killed and must return at once.
type Program func(ctx context.Context, p *Process) int

// Process is one running program and everything that it can see.
type Process struct {
	// Args is the command line; Args[0] is the program's name.
	Args []string
	// Env holds NAME=value; the last value of a name wins.
	Env []string
	// Dir is the working directory, an absolute path inside Files.
	Dir string
	// Files is the container's file tree: the image's files under the volumes.
	Files Files
	// Net is the pod's network.
	Net Net
	// Hostname is the pod's host name.
	Hostname string
	// Stdin is never nil; it is empty if the container has no stdin.
	Stdin io.Reader
	// Stdout and Stderr are never nil. What is written there is the container's log.
	Stdout, Stderr io.Writer
	// TTY says that the streams are a terminal.
	TTY bool
	// Size is the terminal's size; nil if there is none.
	Size func() tty.Size
	// Signals delivers the signals that the process catches, such as SIGTERM;
	// see Catch.
	Signals <-chan Signal
	// Lookup finds a program of this image by name or path, so that a shell can
	// run it. It returns false if there is none.
	Lookup func(name string) (Program, bool)
	// Image is the reference that the container was started from, with its tag:
	// "docker.io/library/nginx:1.28-alpine".
	Image string
	// Processes lists what runs in the container, for ps.
	Processes func() []ProcessInfo
	// PID is the process ID, and User the user it runs as.
	PID  int
	User User
	// Deaf are the signals that the process ignores from its start.
	Deaf []Signal

	entry *process
	host  *Container
}

// ProcessInfo is a line of ps.
type ProcessInfo struct {
	PID, Parent int
	User        User
	Args        []string
	Started     time.Time
}

// User is the user of a process, by numbers.
type User struct {
	UID, GID int64
	// Groups are the additional groups.
	Groups []int64
}

// Signal is a POSIX signal by its number, on every operating system.
type Signal int

// The signals that the sandbox sends.
const (
	SIGHUP  Signal = 1
	SIGINT  Signal = 2
	SIGQUIT Signal = 3
	SIGKILL Signal = 9
	SIGTERM Signal = 15
)

// Net is the network of one pod. Addresses are virtual: nothing here reaches
// the machine's own network. Errors carry the errno that a Linux program would
// get (connection refused, no route to host).
type Net interface {
	// Listen accepts on a port of the pod: ":80", "0.0.0.0:80", "[::]:80" or
	// "127.0.0.1:80". It fails with EADDRINUSE when the port is taken.
	Listen(network, address string) (net.Listener, error)
	// Dial resolves the host with the cluster's DNS and connects.
	Dial(ctx context.Context, network, address string) (net.Conn, error)
	// LookupHost returns the addresses of a name, or *net.DNSError.
	LookupHost(ctx context.Context, name string) ([]string, error)
	// IP is the pod's own address.
	IP() string
}
