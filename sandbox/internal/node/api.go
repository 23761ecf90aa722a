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
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
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
	for _, method := range []string{"GET", "POST"} {
		mux.HandleFunc(method+" /exec/{namespace}/{pod}/{container}", n.ifRunning(pods, func(_, name string) string {
			return fmt.Sprintf("container not found (%q)", name)
		}))
		mux.HandleFunc(method+" /attach/{namespace}/{pod}/{container}", n.ifRunning(pods, func(pod, name string) string {
			return fmt.Sprintf("container %s not found in pod %s", name, pod)
		}))
	}
	return mux
}

// ifRunning refuses what asks for a container that does not run before it
// becomes a stream, as the kubelet does, which kubectl then reports so.
func (n *Node) ifRunning(next http.Handler, words func(pod, name string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		namespace, pod, name := r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container")
		if _, _, err := n.attached(namespace, pod, name); err != nil {
			http.Error(w, words(pod+"_"+namespace, name), http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	}
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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cfg.Size = sizes(ctx, streams.Resize())
	code, err := run.Exec(ctx, cfg)
	if err != nil {
		return fmt.Errorf("failed to exec in container: failed to start exec %q: %w", randomID(), err)
	}
	if code != 0 {
		err = utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: code}
	}
	return err
}

// sizes passes a terminal's sizes on until ctx is done; nil stays nil.
func sizes(ctx context.Context, from <-chan api.TermSize) <-chan tty.Size {
	if from == nil {
		return nil
	}
	to := make(chan tty.Size)
	go func() {
		for {
			select {
			case s := <-from:
				select {
				case to <- tty.Size{Columns: int(s.Width), Rows: int(s.Height)}:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return to
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
	resized, cancel := context.WithCancel(ctx)
	defer cancel()
	go u.resize(resized, sizes(resized, streams.Resize()))
	if in := streams.Stdin(); in != nil && u.input != nil {
		go u.input.feed(in)
	}
	select {
	case <-run.Done(): // How it ended is for the pod's status to say.
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
		return fmt.Errorf("failed to execute portforward in network namespace %q: failed to connect to localhost:%d inside namespace %q, IPv4: %w", "sandbox", port, pod, err)
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
