package node

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// before is the existing Node object, nil if there is none or it cannot be
// read.
func (n *Node) before(ctx context.Context) *corev1.Node {
	old, err := n.Client.CoreV1().Nodes().Get(ctx, n.Name, metav1.GetOptions{})
	if err != nil {
		return nil
	}
	return old
}

// announce records the events of a starting kubelet: the start itself, and
// changes of the node's conditions since the last run.
func (n *Node) announce(old *corev1.Node) {
	was := map[corev1.NodeConditionType]corev1.ConditionStatus{}
	if old != nil {
		for _, c := range old.Status.Conditions {
			was[c.Type] = c.Status
		}
	}
	// A kubelet refers to its node only by name, and describe searches for
	// that.
	ref := &corev1.ObjectReference{Kind: "Node", Name: n.Name, UID: types.UID(n.Name)}
	n.events.Event(ref, corev1.EventTypeNormal, "Starting", "Starting kubelet.")
	if old != nil && old.Status.NodeInfo.BootID != "" && old.Status.NodeInfo.BootID != n.boot {
		n.events.Eventf(ref, corev1.EventTypeWarning, "Rebooted", "Node %s has been rebooted, boot id: %s", n.Name, n.boot)
	}
	for _, c := range []struct {
		kind   corev1.NodeConditionType
		status corev1.ConditionStatus
		reason string
	}{
		{corev1.NodeMemoryPressure, corev1.ConditionFalse, "NodeHasSufficientMemory"},
		{corev1.NodeDiskPressure, corev1.ConditionFalse, "NodeHasNoDiskPressure"},
		{corev1.NodePIDPressure, corev1.ConditionFalse, "NodeHasSufficientPID"},
		{corev1.NodeReady, corev1.ConditionTrue, "NodeReady"},
	} {
		if was[c.kind] != c.status {
			n.events.Eventf(ref, corev1.EventTypeNormal, c.reason, "Node %s status is now: %s", n.Name, c.reason)
		}
	}
}
