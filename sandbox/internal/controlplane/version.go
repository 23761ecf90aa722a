package controlplane

import (
	apimachineryversion "k8s.io/apimachinery/pkg/version"
	"k8s.io/component-base/compatibility"
)

// Version is the version of Kubernetes that is built in, the same as in go.mod.
const Version = "v1.36.3"

// release makes the API server's /version report the release even if the linker
// did not set it.
type release struct{ compatibility.EffectiveVersion }

// Info returns the version information of the API server.
func (r release) Info() *apimachineryversion.Info {
	info := r.EffectiveVersion.Info()
	info.GitVersion = Version
	return info
}
