package imageload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-learn/kubectl-learn/images"
)

// mostNamed is how many images a kubelet reports for its node by default, the largest
// first: nodeStatusMaxImages in its configuration.
const mostNamed = 50

// Presence says how many of a cluster's nodes have an image.
type Presence struct {
	// Have and Lack count nodes. Unsure counts nodes that may have the image without
	// reporting it, because they report so many.
	Have, Lack, Unsure int
}

// Present looks for an image on each node.
func Present(i images.Image, nodes []corev1.Node) Presence {
	var p Presence
	for _, n := range nodes {
		switch {
		case slices.ContainsFunc(n.Status.Images, func(c corev1.ContainerImage) bool {
			return slices.Contains(c.Names, i.FullRef()) || slices.Contains(c.Names, i.Ref())
		}):
			p.Have++
		case len(n.Status.Images) >= mostNamed:
			p.Unsure++
		default:
			p.Lack++
		}
	}
	return p
}
