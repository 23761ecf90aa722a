// Package imageload finds out how to load the lessons' images onto the nodes of a
// cluster. A node can only run an image that is in no registry if the image is in the
// node's own store, and how to put it there depends on the tool that created the
// cluster. The package recognizes that tool and finds the image archive; it runs
// nothing.
package imageload

// Maker is the tool that created a cluster, as far as it matters for images.
type Maker string

// The known makers.
const (
	// Unknown is any other cluster.
	Unknown Maker = ""
	// Sandbox has the images built in.
	Sandbox Maker = "sandbox"
	// Kind, K3d and Minikube have a command of their own for images.
	Kind     Maker = "kind"
	K3d      Maker = "k3d"
	Minikube Maker = "minikube"
	// Docker is a cluster that uses the images of Docker on this machine: Docker
	// Desktop's, or one with cri-dockerd.
	Docker Maker = "docker"
	// K3s and Containerd are clusters with this machine as a node.
	K3s        Maker = "k3s"
	Containerd Maker = "containerd"
)

// Place is where to load images.
type Place struct {
	Maker Maker
	// Name is the maker's name for the cluster; empty if it has none.
	Name string
	// Arch is the nodes' architecture, such as "amd64"; empty if it is unknown.
	Arch string
	// Others are nodes that the command does not reach.
	Others []string
}

// Command is the command line that loads an archive, an absolute path; nil if there is
// none.
func (p Place) Command(archive string) []string {
	switch p.Maker {
	case Kind:
		return []string{"kind", "load", "image-archive", archive, "--name", p.Name}
	case K3d:
		return []string{"k3d", "image", "import", archive, "--cluster", p.Name}
	case Minikube:
		return []string{"minikube", "image", "load", archive, "--profile", p.Name}
	case Docker:
		return []string{"docker", "load", "--input", archive}
	case K3s:
		return []string{"k3s", "ctr", "--namespace", "k8s.io", "images", "import", archive}
	case Containerd:
		return []string{"ctr", "--namespace", "k8s.io", "images", "import", archive}
	case Sandbox, Unknown:
	}
	return nil
}
