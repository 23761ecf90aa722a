package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/probe"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// probeOutputLimit is how much of an exec probe's output is kept.
const probeOutputLimit = 10 << 10

// probe looks once, by the kubelet's own rules.
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
		return p.exec(ctx, timeout)
	}
	return probe.Unknown, "", errors.New("the sandbox has no gRPC probes")
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

func (p *prober) exec(ctx context.Context, timeout time.Duration) (probe.Result, string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out := &limited{left: probeOutputLimit}
	code, err := p.run.Exec(ctx, container.ExecConfig{Args: p.spec.Exec.Command, Stdout: out, Stderr: out})
	switch {
	case err != nil:
		return probe.Failure, fmt.Sprintf("error: %v", err), nil
	case ctx.Err() != nil:
		return probe.Failure, fmt.Sprintf("command timed out: %q timed out after %v", p.spec.Exec.Command, timeout), nil
	case code != 0:
		return probe.Failure, out.String(), nil
	}
	return probe.Success, out.String(), nil
}

// limited keeps the beginning of what is written to it.
type limited struct {
	mu   sync.Mutex
	kept []byte
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(l.left, len(p))
	l.kept, l.left = append(l.kept, p[:n]...), l.left-n
	return len(p), nil
}

func (l *limited) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}

// transport connects through the virtual network, for one request each.
func (w *worker) transport() http.RoundTripper {
	return &http.Transport{
		DialContext: w.dial, DisableKeepAlives: true, DisableCompression: true,
		// A kubelet does not verify the certificates of what it probes.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
}
