package cluster

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Nodes returns the cluster's nodes.
func (c *Cluster) Nodes(ctx context.Context) ([]corev1.Node, error) {
	list, err := c.core("nodes").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, lang.Errorf("failed to list the nodes: %w", "无法列出节点：%w", err)
	}
	nodes := make([]corev1.Node, len(list.Items))
	for i, item := range list.Items {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &nodes[i]); err != nil {
			return nil, lang.Errorf("failed to read node %q: %w", "无法读取节点 %q：%w", item.GetName(), err)
		}
	}
	return nodes, nil
}
