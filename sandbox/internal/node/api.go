package node

import (
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// streamIdle is how long an exec or a port-forward may say nothing, the
// kubelet's streamingConnectionIdleTimeout.
const streamIdle = 4 * time.Hour

// streamCreation is how long a client may take to open its streams.
const streamCreation = 30 * time.Second

// handler is the part of the kubelet's API that the API server uses. Whom TLS
// lets in may use all of it.
func (n *Node) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", n.logs)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	for _, method := range []string{"GET", "POST"} {
		mux.HandleFunc(method+" /exec/{namespace}/{pod}/{container}", n.serveExec)
		mux.HandleFunc(method+" /attach/{namespace}/{pod}/{container}", n.serveAttach)
		mux.HandleFunc(method+" /portForward/{namespace}/{pod}", n.servePortForward)
	}
	return mux
}

// serveExec refuses what asks for a container that does not run before it
// becomes a stream, as the kubelet does, which kubectl then reports so.
func (n *Node) serveExec(w http.ResponseWriter, r *http.Request) {
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.PathValue("container")
	u, run, ok := n.attached(r, name)
	if !ok {
		http.Error(w, fmt.Sprintf("container not found (%q)", name), http.StatusNotFound)
		return
	}
	remotecommand.ServeExec(w, r, remote{unit: u, run: run}, "", "", name, r.URL.Query()[corev1.ExecCommandParam], options,
		streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
}

func (n *Node) serveAttach(w http.ResponseWriter, r *http.Request) {
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := r.PathValue("container")
	u, run, ok := n.attached(r, name)
	if !ok {
		http.Error(w, fmt.Sprintf("container %s not found in pod %s_%s", name, r.PathValue("pod"), r.PathValue("namespace")), http.StatusNotFound)
		return
	}
	remotecommand.ServeAttach(w, r, remote{unit: u, run: run}, "", "", name, options,
		streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
}

func (n *Node) servePortForward(w http.ResponseWriter, r *http.Request) {
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	namespace, pod := r.PathValue("namespace"), r.PathValue("pod")
	portforward.ServePortForward(w, r, forwarder{n, namespace}, pod, "", options,
		streamIdle, streamCreation, portforward.SupportedProtocols)
}

// attached returns the running container that a request names.
func (n *Node) attached(r *http.Request, name string) (*unit, *container.Container, bool) {
	w := n.find(r.PathValue("namespace"), r.PathValue("pod"))
	if w == nil {
		return nil, nil, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.containers[name]
	if u == nil || u.run == nil {
		return nil, nil, false
	}
	return u, u.run, true
}
