// Package controlplane runs the real thing in this process: etcd, the API
// server, the controllers and the scheduler of Kubernetes. Only the API server
// is reachable, over TLS on the caller's listener.
//
// Kubernetes keeps some of its settings in globals, so a process can run only
// one control plane in its lifetime.
package controlplane

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// Addresses inside the cluster. All of them are virtual.
const (
	// AdvertiseAddress is where pods find the API server behind its Service.
	AdvertiseAddress = "10.0.0.1"
	// AdvertisePort is the API server's port at AdvertiseAddress.
	AdvertisePort = 6443
	// DNSAddress is the address of the Service kube-dns.
	DNSAddress = "10.96.0.10"

	serviceRange    = "10.96.0.0/16"
	serverServiceIP = "10.96.0.1"
)

// DialFunc connects to an address inside the cluster.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// A Stage is a part of starting, in the order of the constants.
type Stage string

// The stages of starting a control plane.
const (
	StageEtcd        Stage = "etcd"
	StageAPIServer   Stage = "API server"
	StageControllers Stage = "controllers"
)

// Config configures a control plane.
type Config struct {
	// Dir holds the data (etcd/) and the keys (pki/). It must exist.
	Dir string
	// Listener is where the API server listens; it is closed at the end.
	Listener net.Listener
	// DialFromNode is how the API server reaches kubelets, pods and services.
	DialFromNode DialFunc
	// Stage, when set, is called as each stage begins.
	Stage func(Stage)
	// Use, when set, is called at the start of each request that doesn't come
	// from the cluster's own parts, and the function it returns at the end of
	// the request.
	Use func() (end func())
	// Log takes the errors of all parts; their other messages are dropped.
	Log *slog.Logger
}

// ControlPlane is a running control plane.
type ControlPlane struct {
	cfg    Config
	pki    *pki
	store  *etcd
	client *kubernetes.Clientset
	rest   *rest.Config
	noise  *noise

	cancel    context.CancelCauseFunc
	ready     chan struct{}
	done      chan struct{}
	err       error // written before done is closed
	apiServer sync.WaitGroup
	others    sync.WaitGroup
}

// stopTimeout is how long each part may take to stop before the next one is
// stopped.
const stopTimeout = 3 * time.Second

// Start opens the data and starts the API server. It returns as soon as that
// answers; the rest starts in the background, and Ready says when it is done.
// When ctx is done everything stops, etcd last, and Done is closed.
func Start(ctx context.Context, cfg Config) (*ControlPlane, error) {
	if cfg.Stage == nil {
		cfg.Stage = func(Stage) {}
	}
	noise := newNoise(cfg.Log.Handler())
	klog.SetSlogLogger(slog.New(noise))
	etcd3ClientLogger = zap.New(zapCore(slog.New(noise)))
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	c := &ControlPlane{cfg: cfg, noise: noise, ready: make(chan struct{}), done: make(chan struct{})}
	var err error
	if c.pki, err = openPKI(filepath.Join(cfg.Dir, "pki")); err != nil {
		return nil, err
	}
	if err := c.issueAll(); err != nil {
		return nil, err
	}
	cfg.Stage(StageEtcd)
	if c.store, err = startEtcd(ctx, filepath.Join(cfg.Dir, "etcd"), slog.New(noise)); err != nil {
		noise.failed()
		return nil, err
	}
	cfg.Stage(StageAPIServer)
	if err := c.start(ctx); err != nil {
		noise.failed()
		c.cancel(err)
		<-c.done
		return nil, err
	}
	return c, nil
}

// issueAll issues the certificates that the control plane's parts use among
// themselves.
func (c *ControlPlane) issueAll() error {
	if err := c.pki.issueFiles("apiserver", "kube-apiserver", nil, apiServerHosts()...); err != nil {
		return err
	}
	if err := c.pki.issueFiles("apiserver-kubelet-client", kubeletClientName, nil); err != nil {
		return err
	}
	for _, name := range []string{"controller-manager", "scheduler"} {
		if err := c.pki.kubeconfigFile(name+".kubeconfig", c.ServerAddress(), "system:kube-"+name); err != nil {
			return err
		}
	}
	return nil
}

// start brings up the API server and everything that depends on it. The parts
// get their own contexts, not the caller's, so that they stop in order.
func (c *ControlPlane) start(told context.Context) error {
	var ctx context.Context
	ctx, c.cancel = context.WithCancelCause(told)
	serverCtx, stopServer := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		<-ctx.Done()
		if told.Err() == nil {
			c.err = context.Cause(ctx)
		}
		c.noise.stopping(c.err != nil)
		c.stopInOrder(stopServer)
	}()
	server, err := newAPIServer(serverCtx, c.cfg, c.pki, c.store)
	if err != nil {
		return fmt.Errorf("failed to set up the API server: %w", err)
	}
	c.run(ctx, &c.apiServer, "API server", func() error { return server.Run(serverCtx) })
	if err := c.connect(); err != nil {
		return err
	}
	if err := c.waitServing(ctx); err != nil {
		return err
	}
	c.cfg.Stage(StageControllers)
	c.others.Go(func() { c.finish(ctx) })
	return nil
}

func (c *ControlPlane) connect() error {
	kubeconfig, err := c.pki.kubeconfig(c.ServerAddress(), ownName)
	if err != nil {
		return err
	}
	if c.rest, err = clientcmd.RESTConfigFromKubeConfig(kubeconfig); err != nil {
		return err
	}
	c.rest.QPS, c.rest.UserAgent = -1, ownName
	c.client, err = kubernetes.NewForConfig(c.rest)
	return err
}

// run runs one part. If a part ends early, all of them end.
func (c *ControlPlane) run(ctx context.Context, group *sync.WaitGroup, name string, part func() error) {
	group.Go(func() {
		if err := part(); ctx.Err() == nil {
			c.cancel(fmt.Errorf("the %s stopped: %w", name, err))
		}
	})
}

// finish starts the controllers and the scheduler and creates the required
// objects.
func (c *ControlPlane) finish(ctx context.Context) {
	c.run(ctx, &c.others, "controller manager", func() error { return runControllers(ctx, c.pki) })
	c.run(ctx, &c.others, "scheduler", func() error { return runScheduler(ctx, c.pki) })
	if err := c.bootstrap(ctx); err != nil {
		c.cancel(err)
		return
	}
	c.noise.started()
	close(c.ready)
}

func (c *ControlPlane) stopInOrder(stopServer func()) {
	defer close(c.done)
	wait(&c.others, stopTimeout)
	stopServer()
	wait(&c.apiServer, stopTimeout)
	_ = c.cfg.Listener.Close() // already closed, unless the API server never ran
	c.store.close()
}

// wait waits for the group, but not forever: a part that hangs must not keep
// etcd from writing its data.
func wait(group *sync.WaitGroup, timeout time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		group.Wait()
	}()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}
