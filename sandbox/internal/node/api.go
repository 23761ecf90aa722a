package node

import (
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/proxy"
	translator "k8s.io/apiserver/pkg/util/proxy"
	"k8s.io/cri-streaming/pkg/streaming"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	"k8s.io/streaming/pkg/httpstream/wsstream"
)

// streamIdle is how long an exec or a port-forward may be idle, the kubelet's
// streamingConnectionIdleTimeout.
const streamIdle = 4 * time.Hour

// streamCreation is how long a client may take to open its streams.
const streamCreation = 30 * time.Second

// handler is the part of the kubelet's API that the API server uses. A client
// that TLS accepts may use all of it.
func (n *Node) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", n.logs)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	debugging(mux)
	for _, method := range []string{"GET", "POST"} {
		mux.HandleFunc(method+" /exec/{namespace}/{pod}/{container}", n.serveExec)
		mux.HandleFunc(method+" /attach/{namespace}/{pod}/{container}", n.serveAttach)
		mux.HandleFunc(method+" /portForward/{namespace}/{pod}", n.servePortForward)
	}
	return mux
}

// serveExec and serveAttach refuse a request for a container that isn't running
// before it becomes a stream, as the kubelet does, so that kubectl reports the
// same error.
func (n *Node) serveExec(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("container")
	n.serveStream(w, r, fmt.Errorf("container not found (%q)", name), func(to remote, options *remotecommand.Options) {
		remotecommand.ServeExec(w, r, to, "", "", name, r.URL.Query()[corev1.ExecCommandParam], options,
			streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
	})
}

func (n *Node) serveAttach(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("container")
	missing := fmt.Errorf("container %s not found in pod %s_%s", name, r.PathValue("pod"), r.PathValue("namespace"))
	n.serveStream(w, r, missing, func(to remote, options *remotecommand.Options) {
		remotecommand.ServeAttach(w, r, to, "", "", name, options,
			streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
	})
}

// serveStream serves a request for the streams of a container. Upstream's code
// translates kubectl's WebSockets to the stream server's SPDY, over a
// connection to this handler itself.
func (n *Node) serveStream(w http.ResponseWriter, r *http.Request, missing error, serve func(remote, *remotecommand.Options)) {
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	to, ok := n.attached(r)
	switch {
	case !ok:
		_ = streaming.WriteError(missing, w)
	case wsstream.IsWebSocketRequestWithStreamCloseProtocol(r):
		translator.NewStreamTranslatorHandler(n.inner.location(r), n.inner.transport(), 0, translator.Options{
			Stdin: options.Stdin, Stdout: options.Stdout, Stderr: options.Stderr, Tty: options.TTY,
		}).ServeHTTP(w, r)
	default:
		serve(to, options)
	}
}

func (n *Node) servePortForward(w http.ResponseWriter, r *http.Request) {
	if wsstream.IsWebSocketRequestWithTunnelingProtocol(r) {
		translator.NewTunnelingHandler(proxy.NewUpgradeAwareHandler(n.inner.location(r), n.inner.transport(), false, true, refusal{})).ServeHTTP(w, r)
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, forwarder{n, r.PathValue("namespace")}, r.PathValue("pod"), "", options,
		streamIdle, streamCreation, portforward.SupportedProtocols)
}

// refusal answers a request that could not be forwarded.
type refusal struct{}

func (refusal) Error(w http.ResponseWriter, _ *http.Request, err error) {
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

// attached returns the running container of a request.
func (n *Node) attached(r *http.Request) (remote, bool) {
	w := n.find(r.PathValue("namespace"), r.PathValue("pod"))
	if w == nil {
		return remote{}, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.containers[r.PathValue("container")]
	if u == nil || u.run == nil {
		return remote{}, false
	}
	return remote{u, u.run}, true
}
