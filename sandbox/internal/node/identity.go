package node

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/securitycontext"
	"k8s.io/utils/ptr"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// identity returns the user of a container's processes: the pod's setting, or
// the image's.
func identity(pod *corev1.Pod, c *corev1.Container, image *container.Image) container.User {
	s := pod.Spec.SecurityContext
	if s == nil {
		s = &corev1.PodSecurityContext{}
	}
	uid, gid := s.RunAsUser, s.RunAsGroup
	if own := c.SecurityContext; own != nil {
		if own.RunAsUser != nil {
			uid = own.RunAsUser
		}
		if own.RunAsGroup != nil {
			gid = own.RunAsGroup
		}
	}
	id := image.User
	if uid != nil {
		id = *uid
	}
	user := image.Accounts().User(id)
	if gid != nil {
		user.GID = *gid
	}
	if s.SupplementalGroupsPolicy != nil && *s.SupplementalGroupsPolicy == corev1.SupplementalGroupsPolicyStrict {
		user.Groups = nil
	}
	user.Groups = append(user.Groups, user.GID)
	user.Groups = append(user.Groups, s.SupplementalGroups...)
	if s.FSGroup != nil {
		user.Groups = append(user.Groups, *s.FSGroup)
	}
	slices.Sort(user.Groups)
	user.Groups = slices.Compact(user.Groups)
	return user
}

// privileges returns the privileges of a container's processes, as the kubelet
// passes them to the runtime.
func privileges(pod *corev1.Pod, c *corev1.Container) container.Privileges {
	s := securitycontext.DetermineEffectiveSecurityContext(pod, c)
	if s == nil {
		s = &corev1.SecurityContext{}
	}
	p := container.Privileges{NoNew: securitycontext.AddNoNewPrivileges(s)}
	filter := s.SeccompProfile
	if whole := pod.Spec.SecurityContext; filter == nil && whole != nil {
		filter = whole.SeccompProfile
	}
	p.Seccomp = filter != nil && filter.Type == corev1.SeccompProfileTypeRuntimeDefault
	if ptr.Deref(s.Privileged, false) {
		p.Add, p.Seccomp = container.AllCapabilities, false
		return p
	}
	if s.Capabilities != nil {
		p.Add, p.Drop = capabilities(s.Capabilities.Add), capabilities(s.Capabilities.Drop)
	}
	return p
}

func capabilities(names []corev1.Capability) container.Capabilities {
	var set container.Capabilities
	for _, name := range names {
		set |= container.NamedCapabilities(string(name))
	}
	return set
}

// sealed reports whether a container's own files are read-only.
func sealed(c *corev1.Container) bool {
	s := c.SecurityContext
	return s != nil && s.ReadOnlyRootFilesystem != nil && *s.ReadOnlyRootFilesystem
}

// processes returns the process namespace of a container: the pod's if it is
// shared, the target's for an ephemeral container, or nil for its own.
func (w *worker) processes(pod *corev1.Pod, name string) *container.Processes {
	w.mu.Lock()
	defer w.mu.Unlock()
	if share := pod.Spec.ShareProcessNamespace; share != nil && *share {
		if w.shared == nil {
			w.shared = container.NewProcesses()
			w.shared.Hold(container.User{UID: 65535, GID: 65535}, "/pause")
		}
		return w.shared
	}
	for _, e := range pod.Spec.EphemeralContainers {
		if u := w.containers[e.TargetContainerName]; e.Name == name && u != nil && u.run != nil {
			return u.run.Processes()
		}
	}
	return nil
}

// family holds the owners of files in the pod's volumes.
func (w *worker) family() *container.Owners {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.owners == nil {
		w.owners = container.NewOwners()
	}
	return w.owners
}
