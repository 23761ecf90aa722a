package controlplane

import (
	"context"
	"errors"
	"io"
	"regexp"

	"k8s.io/apiserver/pkg/admission"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	"k8s.io/kubernetes/pkg/apis/core"
)

// deletable are the paths that upstream's deleter of hostPath volumes
// (pkg/volume/hostpath) removes.
var deletable = regexp.MustCompile("/tmp/.+")

// keepHostFiles makes the API server refuse volumes whose deletion would make
// the controller manager, which runs on the learner's own machine, delete a
// folder there.
func keepHostFiles(opts *options.ServerRunOptions) {
	const name = "SandboxHostPath"
	generic := opts.Admission.GenericAdmission
	generic.Plugins.Register(name, func(io.Reader) (admission.Interface, error) {
		return hostPathGuard{admission.NewHandler(admission.Create, admission.Update)}, nil
	})
	generic.RecommendedPluginOrder = append(generic.RecommendedPluginOrder, name)
}

type hostPathGuard struct{ *admission.Handler }

// Validate refuses such a volume.
func (hostPathGuard) Validate(_ context.Context, a admission.Attributes, _ admission.ObjectInterfaces) error {
	volume, ok := a.GetObject().(*core.PersistentVolume)
	if !ok || volume.Spec.HostPath == nil || volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete {
		return nil
	}
	if !deletable.MatchString(volume.Spec.HostPath.Path) {
		return nil
	}
	return admission.NewForbidden(a, errors.New("a hostPath volume below /tmp with the reclaim policy Delete is not supported by the sandbox: "+
		"the controller would delete the folder of that name on your own machine; use Retain"))
}
