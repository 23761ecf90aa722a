package controlplane

import (
	"context"
	"fmt"
	"net"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apiserver/pkg/server/egressselector"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/freespace"
)

// apiServerHosts are the names and addresses by which clients inside and
// outside of the cluster know the API server.
func apiServerHosts() []string {
	return []string{
		"127.0.0.1", "localhost", AdvertiseAddress, serverServiceIP,
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
	}
}

func apiServerFlags(p *pki) []string {
	return []string{
		"--advertise-address=" + AdvertiseAddress,
		"--allow-privileged=true",
		"--authorization-mode=Node,RBAC",
		"--client-ca-file=" + p.path("ca.crt"),
		"--etcd-servers=http://etcd.sandbox", // a name only: see etcd.lookup
		// The address of the API server inside the cluster is virtual: bootstrap.go publishes it.
		"--endpoint-reconciler-type=none",
		// A learner's cluster never gets so busy that requests need to queue.
		"--enable-priority-and-fairness=false",
		"--kubelet-certificate-authority=" + p.path("ca.crt"),
		"--kubelet-client-certificate=" + p.path("apiserver-kubelet-client.crt"),
		"--kubelet-client-key=" + p.path("apiserver-kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--profiling=false",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + p.path("sa.key"),
		"--service-account-signing-key-file=" + p.path("sa.key"),
		"--service-cluster-ip-range=" + serviceRange,
		"--tls-cert-file=" + p.path("apiserver.crt"),
		"--tls-private-key-file=" + p.path("apiserver.key"),
	}
}

// apiServer is a server that is set up but not started yet.
type apiServer interface {
	Run(ctx context.Context) error
}

// newAPIServer sets up the API server and opens its watches on etcd.
func newAPIServer(ctx context.Context, cfg Config, p *pki, store *etcd) (apiServer, error) {
	completed, err := apiServerOptions(ctx, cfg.Listener, p, store)
	if err != nil {
		return nil, err
	}
	config, err := app.NewConfig(completed)
	if err != nil {
		return nil, err
	}
	adapt(config, cfg.DialFromNode)
	room := keepRoom{free: func() (int64, error) { return freespace.Of(cfg.Dir) }, log: cfg.Log}
	room.into(&config.Aggregator.GenericConfig.Config)
	if cfg.Use != nil {
		countUse(&config.Aggregator.GenericConfig.Config, cfg.Use)
	}
	ready, err := config.Complete()
	if err != nil {
		return nil, err
	}
	chain, err := app.CreateServerChain(ready)
	if err != nil {
		return nil, err
	}
	prepared, err := chain.PrepareRun()
	if err != nil {
		return nil, err
	}
	return prepared, nil
}

func apiServerOptions(ctx context.Context, listener net.Listener, p *pki, store *etcd) (options.CompletedOptions, error) {
	opts := options.NewServerRunOptions()
	keepHostFiles(opts)
	if err := parse(opts.Flags(), apiServerFlags(p)); err != nil {
		return options.CompletedOptions{}, err
	}
	opts.SecureServing.Listener = listener
	opts.Etcd.StorageConfig.Transport.EgressLookup = store.lookup
	if err := opts.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return options.CompletedOptions{}, err
	}
	completed, err := opts.Complete(ctx)
	if err != nil {
		return completed, err
	}
	return completed, utilerrors.NewAggregate(completed.Validate())
}

// adapt changes settings that have no flag.
func adapt(config *app.Config, dial DialFunc) {
	generic := config.KubeAPIs.ControlPlane.Generic
	// Both hooks wait a second before their first try; bootstrap.go does their
	// work without the wait.
	generic.DisabledPostStartHooks.Insert("rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes")
	config.KubeAPIs.KubeletClientConfig.Lookup = func(egressselector.NetworkContext) (utilnet.DialFunc, error) {
		return utilnet.DialFunc(dial), nil
	}
	proxy := config.KubeAPIs.ControlPlane.ProxyTransport.Clone()
	proxy.DialContext = dial
	config.KubeAPIs.ControlPlane.ProxyTransport = proxy
	version := release{generic.EffectiveVersion}
	generic.EffectiveVersion = version
	config.ApiExtensions.GenericConfig.EffectiveVersion = version
	config.Aggregator.GenericConfig.EffectiveVersion = version
}

// parse sets a component's options from the flags that its command would take.
func parse(sets cliflag.NamedFlagSets, args []string) error {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("failed to set options: %w", err)
	}
	return nil
}
