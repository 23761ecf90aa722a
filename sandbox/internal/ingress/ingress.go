// Package ingress is the sandbox's Ingress controller. It follows Ingress
// objects of the class nginx as ingress-nginx 1.13 does with its defaults: hosts,
// paths and their precedence, rewrites, canaries, the pages of its errors, the
// headers that backends get, events and status. It runs in the nodes' process,
// speaks HTTP only, and reports on the Ingress what it does not support.
//
// It has an address in the virtual network, behind the Service
// ingress-nginx/ingress-nginx-controller, and one port on the machine's
// loopback. Both are open only while there is an Ingress to serve.
package ingress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
)

// Address is the controller's own in the virtual network.
const Address = "10.0.0.2"

// Network is what the controller needs of the virtual network.
type Network interface {
	// ListenNode listens on a port of an address.
	ListenNode(ip string, port int) (net.Listener, error)
	// DialFrom connects from an address.
	DialFrom(ctx context.Context, ip, network, address string) (net.Conn, error)
	// Backends are the addresses behind a port of a Service.
	Backends(namespace, service, port string) []string
	// Used counts a connection from outside until end is called.
	Used() (end func())
}

// Config is what a controller needs.
type Config struct {
	Client  kubernetes.Interface
	Network Network
	// NodeAddress is the node in the status of an Ingress, and the source
	// address of clients from the machine.
	NodeAddress string
	// Port is tried first on 127.0.0.1; when it is taken, any other.
	Port int
	// Listening is called with the port on 127.0.0.1 when it opens, and with 0
	// when it closes.
	Listening func(port int)
	Log       *slog.Logger
}

// controller is a running controller.
type controller struct {
	Config
	classes   networkinglisters.IngressClassLister
	ingresses networkinglisters.IngressLister
	handler   *handler
	recorder  record.EventRecorder
	port      *hostPort
	// told are the warnings that each Ingress has received.
	told map[types.UID]map[string]bool
}

// Run creates the objects of an installed controller, and serves Ingresses
// until ctx is done; by then its port is closed.
func Run(ctx context.Context, cfg Config) error {
	if err := install(ctx, cfg.Client); err != nil {
		return fmt.Errorf("failed to set up the ingress controller: %w", err)
	}
	listener, err := cfg.Network.ListenNode(Address, 80)
	if err != nil {
		return err
	}
	c := &controller{Config: cfg, port: newHostPort(cfg), told: map[types.UID]map[string]bool{}}
	c.handler = newHandler(func(ctx context.Context, network, address string) (net.Conn, error) {
		return cfg.Network.DialFrom(ctx, Address, network, address)
	}, cfg.Network.Backends)
	server := &http.Server{Handler: c.handler, ReadHeaderTimeout: responseTimeout, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	err = c.follow(ctx)
	c.port.close()
	err = errors.Join(err, server.Close())
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		err = errors.Join(err, stopped)
	}
	return err
}

// follow watches Ingresses and their classes, and acts on each change.
func (c *controller) follow(ctx context.Context) error {
	factory := informers.NewSharedInformerFactory(c.Client, 0)
	watched, classes := factory.Networking().V1().Ingresses(), factory.Networking().V1().IngressClasses()
	c.ingresses, c.classes = watched.Lister(), classes.Lister()
	var stop func()
	c.recorder, stop = newRecorder(ctx, c.Client)
	defer stop()
	changed := make(chan struct{}, 1)
	poke := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	for _, informer := range []cache.SharedIndexInformer{watched.Informer(), classes.Informer()} {
		if _, err := informer.AddEventHandler(c.events(poke)); err != nil {
			return fmt.Errorf("failed to watch for the ingress controller: %w", err)
		}
	}
	factory.Start(ctx.Done())
	defer factory.Shutdown()
	factory.WaitForCacheSync(ctx.Done())
	retry := time.NewTicker(10 * time.Second) // a failed write is retried
	defer retry.Stop()
	for {
		if err := c.sync(ctx); err != nil && ctx.Err() == nil {
			c.Log.Warn("the ingress controller failed to finish its work", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-retry.C:
		}
	}
}

// sync updates the table, the ports and the status from the Ingresses.
func (c *controller) sync(ctx context.Context) error {
	all, err := c.ingresses.List(labels.Everything())
	if err != nil {
		return err
	}
	var ours []*networkingv1.Ingress
	for _, ing := range all {
		if c.serves(ing) {
			ours = append(ours, ing)
		}
	}
	t := build(ours)
	c.handler.current.Store(t)
	c.warn(ours, t)
	return errors.Join(c.port.want(ctx, len(ours) > 0), c.publish(ctx, len(ours) > 0), c.report(ctx, ours))
}

// serves reports whether an Ingress has one of our classes: by its field, or by
// the old annotation with the class nginx.
func (c *controller) serves(ing *networkingv1.Ingress) bool {
	if old, ok := ing.Annotations[annotationClass]; ok {
		return old == className
	}
	if ing.Spec.IngressClassName == nil {
		return false
	}
	class, err := c.classes.Get(*ing.Spec.IngressClassName)
	return err == nil && class.Spec.Controller == controllerName
}
