package reach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
	"k8s.io/streaming/pkg/httpstream"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// NoEndpointError says that a Service has no ready pods.
type NoEndpointError struct{ Service string }

func (e *NoEndpointError) Error() string {
	return fmt.Sprintf("service %q has no ready pods", e.Service)
}

// NoPortError says that a pod declares no port.
type NoPortError struct{ Pod string }

func (e *NoPortError) Error() string {
	return fmt.Sprintf("no container in pod %q declares a port", e.Pod)
}

// Forwards are ports of this machine that forward to pods. Each lasts until Close or
// until the pod is gone; after that, the next request opens a new one.
type Forwards struct {
	finder *Finder
	mu     sync.Mutex
	open   map[string]*forward
}

// forward is one port of this machine.
type forward struct {
	address string
	stop    chan struct{}
	done    chan struct{}
}

// NewForwards returns a set without forwards.
func NewForwards(f *Finder) *Forwards { return &Forwards{finder: f, open: map[string]*forward{}} }

// Address returns a host:port where this machine can reach the Service: a node port if
// one responds, or else a forward. It fails with *NoEndpointError.
func (f *Forwards) Address(ctx context.Context, namespace, service string) (string, error) {
	address, err := f.finder.NodePort(ctx, namespace, service)
	if _, ok := errors.AsType[*NotReachedError](err); !ok {
		return address, err
	}
	return f.hold(ctx, namespace, "service/"+service, func() (string, int64, error) {
		return f.finder.endpoint(ctx, namespace, service)
	})
}

// DoorAddress returns a host:port where this machine can reach the controller of an
// Ingress. It fails with *NoControllerError.
func (f *Forwards) DoorAddress(ctx context.Context, namespace, ingress string) (string, error) {
	namespace, service, err := f.finder.Door(ctx, namespace, ingress)
	if err != nil {
		return "", err
	}
	return f.Address(ctx, namespace, service)
}

// PodAddress returns a host:port where this machine can reach a pod, by a forward to
// the first port that its containers declare. It fails with *NoPortError.
func (f *Forwards) PodAddress(ctx context.Context, namespace, pod string) (string, error) {
	return f.hold(ctx, namespace, "pod/"+pod, func() (string, int64, error) {
		port, err := f.finder.podPort(ctx, namespace, pod)
		return pod, port, err
	})
}

// hold returns the address of the forward for key, and opens one if there is none that
// still works.
func (f *Forwards) hold(ctx context.Context, namespace, key string, find func() (pod string, port int64, err error)) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key = namespace + "/" + key
	if running := f.open[key]; running != nil {
		select {
		case <-running.done:
		default:
			return running.address, nil
		}
	}
	pod, port, err := find()
	if err != nil {
		return "", err
	}
	started, err := f.finder.forward(ctx, namespace, pod, port)
	if err != nil {
		return "", lang.Errorf("failed to forward a port to pod %q: %w", "无法把端口转发到 Pod %q：%w", pod, err)
	}
	f.open[key] = started
	return started.address, nil
}

// Close ends all forwards.
func (f *Forwards) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, running := range f.open {
		close(running.stop)
		<-running.done
	}
	f.open = map[string]*forward{}
}

// endpoint returns a ready pod of a Service, and the pod's port.
func (f *Finder) endpoint(ctx context.Context, namespace, service string) (pod string, port int64, err error) {
	slices := schema.GroupVersionResource{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"}
	list, err := f.client.Resource(slices).Namespace(namespace).List(ctx, metav1.ListOptions{LabelSelector: "kubernetes.io/service-name=" + service})
	if err != nil {
		return "", 0, err
	}
	for _, slice := range list.Items {
		ports, _, _ := unstructured.NestedSlice(slice.Object, "ports")
		endpoints, _, _ := unstructured.NestedSlice(slice.Object, "endpoints")
		for _, e := range endpoints {
			m, ok := e.(map[string]any)
			if !ok || len(ports) == 0 {
				continue
			}
			ready, _, _ := unstructured.NestedBool(m, "conditions", "ready")
			name, _, _ := unstructured.NestedString(m, "targetRef", "name")
			number, _ := ports[0].(map[string]any)["port"].(int64)
			if ready && name != "" && number != 0 {
				return name, number, nil
			}
		}
	}
	return "", 0, &NoEndpointError{Service: service}
}

// podPort returns the first port that a pod's containers declare.
func (f *Finder) podPort(ctx context.Context, namespace, pod string) (int64, error) {
	found, err := f.core("pods").Namespace(namespace).Get(ctx, pod, metav1.GetOptions{})
	if err != nil {
		return 0, err
	}
	containers, _, _ := unstructured.NestedSlice(found.Object, "spec", "containers")
	for _, c := range containers {
		m, _ := c.(map[string]any)
		ports, _, _ := unstructured.NestedSlice(m, "ports")
		for _, p := range ports {
			named, _ := p.(map[string]any)
			if number, ok := named["containerPort"].(int64); ok {
				return number, nil
			}
		}
	}
	return 0, &NoPortError{Pod: pod}
}

// forward listens on a free port of 127.0.0.1.
func (f *Finder) forward(ctx context.Context, namespace, pod string, port int64) (*forward, error) {
	started := &forward{stop: make(chan struct{}), done: make(chan struct{})}
	ready, failed := make(chan struct{}), make(chan error, 1)
	forwarder, err := f.forwarder(namespace, pod, port, started.stop, ready)
	if err != nil {
		return nil, err
	}
	go func() {
		defer close(started.done)
		failed <- forwarder.ForwardPorts()
	}()
	select {
	case <-ready:
	case err := <-failed:
		return nil, err
	case <-ctx.Done():
		close(started.stop)
		return nil, ctx.Err()
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return nil, err
	}
	started.address = fmt.Sprintf("127.0.0.1:%d", ports[0].Local)
	return started, nil
}

// forwarder forwards a free port of 127.0.0.1 through the API server to a pod.
func (f *Finder) forwarder(namespace, pod string, port int64, stop, ready chan struct{}) (*portforward.PortForwarder, error) {
	base, _, err := rest.DefaultServerUrlFor(f.config)
	if err != nil {
		return nil, err
	}
	dialer, err := f.dialer(base.JoinPath("api", "v1", "namespaces", namespace, "pods", pod, "portforward"))
	if err != nil {
		return nil, err
	}
	ports := []string{"0:" + strconv.FormatInt(port, 10)}
	return portforward.NewOnAddressesForStreaming(dialer, []string{"127.0.0.1"}, ports, stop, ready, io.Discard, io.Discard)
}

// dialer tries WebSockets first, which proxies let pass, then SPDY, as kubectl does.
func (f *Finder) dialer(target *url.URL) (httpstream.Dialer, error) {
	transport, upgrader, err := spdy.RoundTripperFor(f.config)
	if err != nil {
		return nil, err
	}
	first, err := portforward.NewSPDYOverWebsocketDialerForStreaming(target, f.config)
	if err != nil {
		return nil, err
	}
	second := spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, http.MethodPost, target)
	return portforward.NewFallbackDialerForStreaming(first, second, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	}), nil
}
