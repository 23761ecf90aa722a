package node

import (
	"context"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/retry"
	v1helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"
)

// watchSelf follows the node's own object until ctx is done: the node offers
// the resources that someone adds to its capacity.
func (n *Node) watchSelf(ctx context.Context) {
	source := cache.NewListWatchFromClient(n.Client.CoreV1().RESTClient(), "nodes", "", fields.OneTermEqualSelector("metadata.name", n.Name))
	look := func(o any) {
		self := o.(*corev1.Node)
		n.self.Store(self)
		if offered(self) {
			return
		}
		if err := n.offer(ctx); err != nil && ctx.Err() == nil {
			n.Log.Warn("failed to update the node's allocatable resources from its capacity", "node", n.Name, "error", err)
		}
	}
	_, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: source, ObjectType: &corev1.Node{},
		Handler: cache.ResourceEventHandlerFuncs{AddFunc: look, UpdateFunc: func(_, o any) { look(o) }},
	})
	controller.RunWithContext(ctx)
}

// offered reports whether a node offers the extended resources of its capacity.
func offered(node *corev1.Node) bool {
	return equality.Semantic.DeepEqual(extended(node.Status.Capacity), extended(node.Status.Allocatable))
}

// extended are the resources that Kubernetes itself does not know.
func extended(all corev1.ResourceList) corev1.ResourceList {
	out := corev1.ResourceList{}
	for name, amount := range all {
		if v1helper.IsExtendedResourceName(name) {
			out[name] = amount
		}
	}
	return out
}

// offer makes the extended resources of the node's capacity allocatable.
func (n *Node) offer(ctx context.Context) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		now, err := n.Client.CoreV1().Nodes().Get(ctx, n.Name, metav1.GetOptions{})
		if err != nil || offered(now) {
			return err
		}
		for name := range extended(now.Status.Allocatable) {
			delete(now.Status.Allocatable, name)
		}
		maps.Copy(now.Status.Allocatable, extended(now.Status.Capacity))
		_, err = n.Client.CoreV1().Nodes().UpdateStatus(ctx, now, metav1.UpdateOptions{})
		return err
	})
}
