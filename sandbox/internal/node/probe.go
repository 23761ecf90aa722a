package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	criclient "k8s.io/cri-client/pkg"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/probe"
	execprobe "k8s.io/kubernetes/pkg/probe/exec"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"
	utilexec "k8s.io/utils/exec"
)

// probeOutputLimit is how much of a command's output is kept.
const probeOutputLimit = 10 << 10

// probe runs a probe once, by the kubelet's own rules.
func (p *prober) probe(ctx context.Context, c *corev1.Container) (probe.Result, string, error) {
	timeout := time.Duration(max(p.spec.TimeoutSeconds, 1)) * time.Second
	switch {
	case p.spec.HTTPGet != nil:
		req, err := httpprobe.NewRequestForHTTPGetAction(p.spec.HTTPGet, c, p.worker.address(), "probe")
		if err != nil {
			return probe.Unknown, "", err
		}
		return httpprobe.DoHTTPProbe(req, p.worker.client(timeout))
	case p.spec.TCPSocket != nil:
		return p.tcp(ctx, c, timeout)
	case p.spec.Exec != nil:
		command, err := probeCommand(p.spec.Exec.Command, c.Env)
		if err != nil {
			return probe.Unknown, "", err
		}
		return execprobe.New().Probe(&execCommand{run: func() ([]byte, error) {
			return commands{p.run}.RunInContainer(ctx, kubecontainer.ContainerID{}, command, timeout)
		}})
	case p.spec.GRPC != nil:
		return p.grpc(ctx, timeout)
	}
	return probe.Unknown, "", errors.New("missing probe handler")
}

func (p *prober) tcp(ctx context.Context, c *corev1.Container, timeout time.Duration) (probe.Result, string, error) {
	port, err := probe.ResolveContainerPort(p.spec.TCPSocket.Port, c)
	if err != nil {
		return probe.Unknown, "", err
	}
	name := p.spec.TCPSocket.Host
	if name == "" {
		name = p.worker.address()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := p.worker.dial(ctx, "tcp", net.JoinHostPort(name, strconv.Itoa(port)))
	if err != nil {
		return probe.Failure, err.Error(), nil
	}
	return probe.Success, "", conn.Close()
}

// execCommand is a command in a container for the kubelet's exec probe, with
// only the methods that the probe calls.
type execCommand struct {
	utilexec.Cmd
	run func() ([]byte, error)
	out io.Writer
}

func (e *execCommand) SetStdout(out io.Writer) { e.out = out }
func (e *execCommand) SetStderr(io.Writer)     {}
func (e *execCommand) Wait() error             { return nil }

func (e *execCommand) Start() error {
	output, err := e.run()
	_, _ = e.out.Write(output) // What does not fit is dropped.
	return err
}

// exitError is the error of a command with a nonzero exit code.
type exitError struct {
	code int
	error
}

func (e exitError) String() string  { return e.Error() }
func (e exitError) Exited() bool    { return true }
func (e exitError) ExitStatus() int { return e.code }

// timedOut is the error of a command that took too long, as the kubelet's
// client of a runtime words it.
func timedOut(command []string, timeout time.Duration) error {
	return fmt.Errorf("%w: %q timed out after %s", criclient.ErrCommandTimedOut, strings.Join(command, " "), timeout)
}

// limited keeps only the beginning of what is written to it.
type limited struct {
	mu   sync.Mutex
	kept []byte
}

func (l *limited) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, p[:min(len(p), probeOutputLimit-len(l.kept))]...)
	return len(p), nil
}

func (l *limited) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept
}

// transport connects through the virtual network, for one request each.
func (w *worker) transport() http.RoundTripper {
	return &http.Transport{
		DialContext: w.dial, DisableKeepAlives: true, DisableCompression: true,
		// A kubelet does not verify certificates when probing.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
}
