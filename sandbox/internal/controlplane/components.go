package controlplane

import (
	"context"
	"fmt"
	"strings"

	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	controlleroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	"k8s.io/kubernetes/cmd/kube-controller-manager/names"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// leftOut are the controllers with nothing to do here: there is no cloud, no
// device, no storage to attach, and no older version to migrate from.
func leftOut() []string {
	return []string{
		names.DeviceTaintEvictionController,
		names.KubeAPIServerClusterTrustBundlePublisherController,
		names.LegacyServiceAccountTokenCleanerController,
		names.NodeIpamController,
		names.PersistentVolumeAttachDetachController,
		names.PersistentVolumeExpanderController,
		names.PodCertificateRequestCleanerController,
		names.PodGroupProtectionController,
		names.ResourceClaimController,
		names.ResourcePoolStatusRequestController,
		names.StorageVersionGarbageCollectorController,
		names.StorageVersionMigratorController,
		names.VolumeAttributesClassProtectionController,
	}
}

// recyclerFile is the file that writeRecycler writes.
const recyclerFile = "recycler.json"

func controllerFlags(p *pki) []string {
	return []string{
		"--cluster-signing-cert-file=" + p.path("ca.crt"),
		"--cluster-signing-key-file=" + p.path("ca.key"),
		"--controllers=*,-" + strings.Join(leftOut(), ",-"),
		"--kube-api-burst=400",
		"--kube-api-qps=200",
		"--kubeconfig=" + p.path("controller-manager.kubeconfig"),
		"--leader-elect=false",
		"--pv-recycler-pod-template-filepath-hostpath=" + p.path(recyclerFile),
		"--root-ca-file=" + p.path("ca.crt"),
		"--secure-port=0",
		"--service-account-private-key-file=" + p.path("sa.key"),
		"--use-service-account-credentials=false",
	}
}

// runControllers runs the controllers until ctx is done. Unless the API server
// is healthy, they wait another second.
func runControllers(ctx context.Context, p *pki) error {
	if err := writeRecycler(p.path(recyclerFile)); err != nil {
		return err
	}
	opts, err := controlleroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return fmt.Errorf("failed to set up the controllers: %w", err)
	}
	all, off, aliases := controllermanager.KnownControllers(), controllermanager.ControllersDisabledByDefault(), controllermanager.ControllerAliases()
	flags := opts.Flags(all, off, aliases)
	opts.ParsedFlags = &flags
	if err := parse(flags, controllerFlags(p)); err != nil {
		return err
	}
	config, err := opts.Config(ctx, all, off, aliases)
	if err != nil {
		return fmt.Errorf("failed to set up the controllers: %w", err)
	}
	return controllermanager.Run(ctx, config.Complete())
}

// runScheduler runs the scheduler until ctx is done.
func runScheduler(ctx context.Context, p *pki) error {
	opts := scheduleroptions.NewOptions()
	err := parse(*opts.Flags, []string{
		"--kube-api-burst=400",
		"--kube-api-qps=200",
		"--kubeconfig=" + p.path("scheduler.kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0",
	})
	if err != nil {
		return err
	}
	config, s, err := scheduler.Setup(ctx, opts)
	if err != nil {
		return fmt.Errorf("failed to set up the scheduler: %w", err)
	}
	if err := scheduler.Run(ctx, config, s); ctx.Err() == nil {
		return err
	}
	return nil
}
