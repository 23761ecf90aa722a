package imageload

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Find recognizes a cluster by its nodes and by the name of its context. Nodes are the
// better evidence, but there are none if the cluster didn't respond. addresses are this
// machine's, except loopback.
func Find(context string, nodes []corev1.Node, addresses []string) Place {
	p := Place{Arch: arch(nodes)}
	p.Maker, p.Name = byNodes(context, nodes)
	if p.Maker == Unknown && len(nodes) == 0 {
		p.Maker, p.Name = byContext(context)
	}
	if p.Maker == Unknown {
		p.Maker, p.Others = local(nodes, addresses)
	}
	return p
}

// byNodes looks for what each maker leaves on its nodes. Docker Desktop comes first: it
// can create its nodes with kind, and shares Docker's images with them.
func byNodes(context string, nodes []corev1.Node) (Maker, string) {
	for _, n := range nodes {
		runtime := n.Status.NodeInfo.ContainerRuntimeVersion
		profile, minikube := n.Labels["minikube.k8s.io/name"]
		kind, isKind := strings.CutPrefix(n.Spec.ProviderID, "kind://")
		switch {
		case strings.HasPrefix(runtime, "sandbox://"):
			return Sandbox, ""
		case n.Name == "docker-desktop" || isDockerDesktop(context):
			return Docker, ""
		case minikube:
			return Minikube, profile
		case isKind:
			// kind://docker/NAME/NODE, as kind's kubeadm configuration writes it.
			if parts := strings.Split(kind, "/"); len(parts) == 3 {
				return Kind, parts[1]
			}
		case strings.HasPrefix(n.Name, "k3d-"):
			return K3d, k3dName(n.Name)
		}
	}
	return Unknown, ""
}

// k3dName extracts the cluster's name from a node's: k3d-NAME-server-0.
func k3dName(node string) string {
	name := strings.TrimPrefix(node, "k3d-")
	if i := max(strings.LastIndex(name, "-server-"), strings.LastIndex(name, "-agent-")); i > 0 {
		return name[:i]
	}
	return name
}

// byContext recognizes the names that makers give to contexts.
func byContext(context string) (Maker, string) {
	if name, ok := strings.CutPrefix(context, "kind-"); ok {
		return Kind, name
	}
	if name, ok := strings.CutPrefix(context, "k3d-"); ok {
		return K3d, name
	}
	switch {
	case context == "minikube":
		return Minikube, context
	case isDockerDesktop(context):
		return Docker, ""
	}
	return Unknown, ""
}

func isDockerDesktop(context string) bool {
	return context == "docker-desktop" || context == "docker-for-desktop"
}

// local finds the node that is this machine, and those that are not.
func local(nodes []corev1.Node, addresses []string) (Maker, []string) {
	// A name is not enough: many machines are called localhost.
	at := slices.IndexFunc(nodes, func(n corev1.Node) bool {
		return slices.ContainsFunc(n.Status.Addresses, func(a corev1.NodeAddress) bool {
			return a.Type == corev1.NodeInternalIP && slices.Contains(addresses, a.Address)
		})
	})
	if at < 0 {
		return Unknown, nil
	}
	var others []string
	for i, n := range nodes {
		if i != at {
			others = append(others, n.Name)
		}
	}
	runtime := nodes[at].Status.NodeInfo.ContainerRuntimeVersion
	switch {
	case strings.HasPrefix(runtime, "docker://"):
		return Docker, others
	case strings.HasPrefix(runtime, "containerd://") && strings.Contains(runtime, "k3s"):
		return K3s, others
	case strings.HasPrefix(runtime, "containerd://"):
		return Containerd, others
	}
	return Unknown, nil
}

// arch is the architecture of all nodes, or "" if they differ.
func arch(nodes []corev1.Node) string {
	found := ""
	for _, n := range nodes {
		if a := n.Status.NodeInfo.Architecture; found == "" {
			found = a
		} else if a != found {
			return ""
		}
	}
	return found
}
