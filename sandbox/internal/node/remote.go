package node

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// remote is a running container that the kubelet's stream server connects to a
// client.
type remote struct {
	unit *unit
	run  *container.Container
}

// ExecInContainer runs a command with the client's streams. The server
// identifies the container by its URL, so the names are ignored.
func (r remote) ExecInContainer(ctx context.Context, _, _, _ string, command []string, in io.Reader, out, errs io.WriteCloser, terminal bool, resize <-chan remotecommand.TerminalSize, _ time.Duration) error {
	cfg := container.ExecConfig{Args: command, TTY: terminal, Stdin: in}
	if out != nil {
		cfg.Stdout = out
	}
	if cfg.Stderr = cfg.Stdout; errs != nil {
		cfg.Stderr = errs
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cfg.Size = sizes(ctx, resize)
	code, err := r.run.Exec(ctx, cfg)
	if err != nil {
		return fmt.Errorf("failed to exec in container: failed to start exec %q: %w", randomID(), err)
	}
	if code != 0 {
		return utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: code}
	}
	return nil
}

// AttachContainer streams the container's output from now on, and its input if
// it has one.
func (r remote) AttachContainer(ctx context.Context, _, _, _ string, in io.Reader, out, errs io.WriteCloser, _ bool, resize <-chan remotecommand.TerminalSize) error {
	t := &tap{}
	if out != nil {
		t.out = out
	}
	if errs != nil {
		t.errs = errs
	}
	r.unit.output.add(t)
	defer r.unit.output.drop(t)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go r.unit.resize(ctx, sizes(ctx, resize))
	if in != nil && r.unit.input != nil {
		go r.unit.input.feed(in)
	}
	select {
	case <-r.run.Done(): // The pod's status says how it ended.
	case <-ctx.Done():
	}
	return nil
}

// sizes passes a terminal's sizes on until ctx is done; nil stays nil.
func sizes(ctx context.Context, from <-chan remotecommand.TerminalSize) <-chan tty.Size {
	if from == nil {
		return nil
	}
	to := make(chan tty.Size)
	go func() {
		for {
			select {
			case s, ok := <-from:
				if !ok {
					return
				}
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

// forwarder connects the streams of port-forward to pods of a namespace.
type forwarder struct {
	node      *Node
	namespace string
}

// PortForward connects a stream to a port on the pod's loopback.
func (f forwarder) PortForward(ctx context.Context, pod, _ string, port int32, stream io.ReadWriteCloser) error {
	var pipe *network.PodNet
	if w := f.node.find(f.namespace, pod); w != nil {
		w.set(func() { pipe = w.net })
	}
	if pipe == nil {
		return fmt.Errorf("failed to find sandbox of pod %q in namespace %q", pod, f.namespace)
	}
	conn, err := pipe.Dial(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		return fmt.Errorf("failed to execute portforward in network namespace %q: failed to connect to localhost:%d inside namespace %q, IPv4: %w", "sandbox", port, pod, err)
	}
	network.Splice(conn, streamConn{Conn: conn, stream: stream})
	return nil
}

// streamConn makes a port-forward's stream a connection.
type streamConn struct {
	net.Conn
	stream io.ReadWriteCloser
}

func (s streamConn) Read(p []byte) (int, error)  { return s.stream.Read(p) }
func (s streamConn) Write(p []byte) (int, error) { return s.stream.Write(p) }
func (s streamConn) Close() error                { return s.stream.Close() }
func (s streamConn) CloseWrite() error           { return s.stream.Close() }
