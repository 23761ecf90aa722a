package node

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/virtual-kubelet/virtual-kubelet/node/api"
	corev1 "k8s.io/api/core/v1"
	utilexec "k8s.io/utils/exec"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
)

// streamIdle is how long an exec or a port-forward may say nothing, the
// kubelet's streamingConnectionIdleTimeout.
const streamIdle = 4 * time.Hour

// handler is the part of the kubelet's API that the API server uses. Whom TLS
// lets in may use all of it.
func (n *Node) handler() http.Handler {
	pods := api.PodHandler(api.PodHandlerConfig{
		RunInContainer:        n.exec,
		AttachToContainer:     n.attach,
		PortForward:           n.portForward,
		GetPodsFromKubernetes: func(context.Context) ([]*corev1.Pod, error) { return n.pods.GetPods(), nil },
		StreamIdleTimeout:     streamIdle,
		StreamCreationTimeout: 30 * time.Second,
	}, false)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", n.logs)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	mux.Handle("/", pods)
	return mux
}

// attached returns a running container by its names.
func (n *Node) attached(namespace, pod, name string) (*unit, *container.Container, error) {
	if w := n.find(namespace, pod); w != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if u := w.containers[name]; u != nil && u.run != nil {
			return u, u.run, nil
		}
	}
	return nil, nil, fmt.Errorf("container not found (%q)", name)
}

func (n *Node) exec(ctx context.Context, namespace, pod, name string, command []string, streams api.AttachIO) error {
	_, run, err := n.attached(namespace, pod, name)
	if err != nil {
		return err
	}
	cfg := container.ExecConfig{Args: command, TTY: streams.TTY()}
	if in := streams.Stdin(); in != nil {
		cfg.Stdin = in
	}
	if out := streams.Stdout(); out != nil {
		cfg.Stdout = out
	}
	if cfg.Stderr = cfg.Stdout; streams.Stderr() != nil {
		cfg.Stderr = streams.Stderr()
	}
	if cfg.TTY {
		cfg.Stdout, cfg.Stderr = terminal{cfg.Stdout}, terminal{cfg.Stderr}
	}
	code, err := run.Exec(ctx, cfg)
	if err == nil && code != 0 {
		err = utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: code}
	}
	return err
}

// attach shows a container's output from now on, and feeds its input if it has one.
func (n *Node) attach(ctx context.Context, namespace, pod, name string, streams api.AttachIO) error {
	u, run, err := n.attached(namespace, pod, name)
	if err != nil {
		return err
	}
	t := &tap{}
	if out := streams.Stdout(); out != nil {
		t.out = out
	}
	if errs := streams.Stderr(); errs != nil {
		t.errs = errs
	}
	u.output.add(t)
	defer u.output.drop(t)
	if in := streams.Stdin(); in != nil && u.input != nil {
		go u.input.feed(in)
	}
	select {
	case <-run.Done():
		if code := run.Exit().Code; code != 0 {
			return utilexec.CodeExitError{Err: fmt.Errorf("exit code %d", code), Code: code}
		}
	case <-ctx.Done():
	}
	return nil
}

// portForward connects a stream to a port of the pod's own loopback.
func (n *Node) portForward(ctx context.Context, namespace, pod string, port int32, stream io.ReadWriteCloser) error {
	var pipe *network.PodNet
	if w := n.find(namespace, pod); w != nil {
		w.set(func() { pipe = w.net })
	}
	if pipe == nil {
		return fmt.Errorf("failed to find sandbox of pod %q in namespace %q", pod, namespace)
	}
	conn, err := pipe.Dial(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		return fmt.Errorf("failed to connect to localhost:%d inside the pod: %w", port, err)
	}
	network.Splice(conn, streamConn{Conn: conn, stream: stream})
	return nil
}

// streamConn is a port-forward's stream in a connection's clothes.
type streamConn struct {
	net.Conn
	stream io.ReadWriteCloser
}

func (s streamConn) Read(p []byte) (int, error)  { return s.stream.Read(p) }
func (s streamConn) Write(p []byte) (int, error) { return s.stream.Write(p) }
func (s streamConn) Close() error                { return s.stream.Close() }
func (s streamConn) CloseWrite() error           { return s.stream.Close() }
