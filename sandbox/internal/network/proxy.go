package network

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
)

// RunProxy does what kube-proxy does: it watches Services and EndpointSlices,
// routes connections to cluster addresses to ready endpoints, and listens for
// node ports on 127.0.0.1. It also answers the cluster's DNS, and warns about network
// policies, which nothing here enforces. It blocks until ctx is done and the listeners
// are closed.
func (n *Network) RunProxy(ctx context.Context, client kubernetes.Interface) error {
	factory := informers.NewSharedInformerFactory(client, 0)
	watched := factory.Core().V1().Services()
	slices := factory.Discovery().V1().EndpointSlices()
	changed := make(chan struct{}, 1)
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { poke(changed) },
		UpdateFunc: func(any, any) { poke(changed) },
		DeleteFunc: func(any) { poke(changed) },
	}
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	for _, informer := range []cache.SharedIndexInformer{watched.Informer(), slices.Informer()} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return fmt.Errorf("failed to watch for the proxy: %w", err)
		}
	}
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&corev1client.EventSinkImpl{Interface: client.CoreV1().Events("")})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kube-proxy"})

	if err := warnOfPolicies(policies, broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "sandbox-network"})); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	defer factory.Shutdown()
	factory.WaitForCacheSync(ctx.Done())
	ports := newNodePorts(n, recorder)
	defer ports.close()
	names := make(chan error, 1)
	go func() { names <- n.serveDNS(ctx) }()
	return errors.Join(n.follow(ctx, changed, watched.Lister(), slices.Lister(), ports), <-names)
}

// follow updates the table and the node ports at each change.
func (n *Network) follow(ctx context.Context, changed <-chan struct{}, watched corelisters.ServiceLister, slices discoverylisters.EndpointSliceLister, ports *nodePorts) error {
	retry := time.NewTicker(n.portRetry)
	defer retry.Stop()
	for {
		objects, err := watched.List(labels.Everything())
		if err != nil {
			return fmt.Errorf("failed to list services: %w", err)
		}
		endpoints, err := slices.List(labels.Everything())
		if err != nil {
			return fmt.Errorf("failed to list endpoint slices: %w", err)
		}
		n.services.set(objects, endpoints)
		ports.sync(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-retry.C:
		}
	}
}

func poke(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
