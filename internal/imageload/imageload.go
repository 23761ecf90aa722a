// Package imageload brings the lessons' images to the nodes of a cluster. A node
// runs an image that no registry has only when it was put into its store, and
// how that is done depends on what the cluster is made with. The package finds
// that out, and the archive that holds the images; it runs nothing.
package imageload

// Maker is what a cluster is made with, as far as it matters for its images.
type Maker string

// The makers that are known.
const (
	// Unknown is a cluster that nothing is known of.
	Unknown Maker = ""
	// Sandbox has the images built in.
	Sandbox Maker = "sandbox"
	// Kind, K3d and Minikube have a command of their own for images.
	Kind     Maker = "kind"
	K3d      Maker = "k3d"
	Minikube Maker = "minikube"
	// Docker is a cluster that runs what Docker on this machine holds: that of
	// Docker Desktop, or one by cri-dockerd.
	Docker Maker = "docker"
	// K3s and Containerd are nodes that are this machine.
	K3s        Maker = "k3s"
	Containerd Maker = "containerd"
)

// Place is where images are to be brought.
type Place struct {
	Maker Maker
	// Name is the cluster's name for its maker; empty where it has none.
	Name string
	// Arch is the nodes' architecture, "amd64"; empty where it is not known.
	Arch string
	// Others are nodes that the command does not reach.
	Others []string
}

// Command is the command line that loads an archive, an absolute path; nil
// where there is none.
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
