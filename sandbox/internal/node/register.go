package node

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	componentlease "k8s.io/component-helpers/apimachinery/lease"
	"k8s.io/kubernetes/pkg/features"
	kubeletutil "k8s.io/kubernetes/pkg/kubelet/util"
	"k8s.io/utils/clock"
)

// How often the node renews its lease, and how long the lease lasts, as in a
// kubelet.
const (
	leaseSeconds   = 40
	leaseRenew     = 10 * time.Second
	statusInterval = 5 * time.Minute
)

// register creates the Node object, or updates the existing one, and removes the
// not-ready taint of a new node: this one is ready.
func (n *Node) register(ctx context.Context) error {
	wanted := n.object()
	_, err := n.Client.CoreV1().Nodes().Create(ctx, wanted, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	created := err == nil
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		now, err := n.Client.CoreV1().Nodes().Get(ctx, n.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		now.Spec.Taints = slices.DeleteFunc(now.Spec.Taints, func(t corev1.Taint) bool {
			return t.Key == corev1.TaintNodeNotReady || t.Key == corev1.TaintNodeUnreachable
		})
		for k, v := range wanted.Labels {
			metav1.SetMetaDataLabel(&now.ObjectMeta, k, v)
		}
		for k, v := range wanted.Annotations {
			metav1.SetMetaDataAnnotation(&now.ObjectMeta, k, v)
		}
		if now, err = n.Client.CoreV1().Nodes().Update(ctx, now, metav1.UpdateOptions{}); err != nil || created {
			return err
		}
		keepTransitions(wanted.Status.Conditions, now.Status.Conditions)
		more := extended(now.Status.Capacity)
		now.Status = *wanted.Status.DeepCopy()
		maps.Copy(now.Status.Capacity, more)
		maps.Copy(now.Status.Allocatable, more)
		_, err = n.Client.CoreV1().Nodes().UpdateStatus(ctx, now, metav1.UpdateOptions{})
		return err
	})
}

// heartbeat renews the node's lease and its conditions until ctx is done.
func (n *Node) heartbeat(ctx context.Context) {
	lease := componentlease.NewController(clock.RealClock{}, n.Client, n.Name, leaseSeconds, nil, leaseRenew,
		n.Name, corev1.NamespaceNodeLease, kubeletutil.SetNodeOwnerFunc(ctx, n.Client, n.Name))
	go lease.Run(ctx)
	tick := time.NewTicker(statusInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := n.register(ctx); err != nil && ctx.Err() == nil {
				n.Log.Warn("failed to renew the node's status", "node", n.Name, "error", err)
			}
		}
	}
}

// object is the Node as it is registered. It offers the same resources on every
// machine: requests are only counted here, nothing is reserved, and a lesson
// about requests must have the same result everywhere.
func (n *Node) object() *corev1.Node {
	resources := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("4"),
		corev1.ResourceMemory:           resource.MustParse("8Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("20Gi"),
		corev1.ResourcePods:             resource.MustParse("110"),
		"hugepages-1Gi":                 resource.MustParse("0"),
		"hugepages-2Mi":                 resource.MustParse("0"),
	}
	labels := map[string]string{
		corev1.LabelHostname:    n.Name,
		corev1.LabelOSStable:    "linux",
		corev1.LabelArchStable:  runtime.GOARCH,
		"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": runtime.GOARCH,
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: n.Name, Labels: labels, Annotations: map[string]string{
			"volumes.kubernetes.io/controller-managed-attach-detach": "true",
		}},
		Spec: corev1.NodeSpec{PodCIDR: n.cidr.String(), PodCIDRs: []string{n.cidr.String()}},
		Status: corev1.NodeStatus{
			Capacity: resources, Allocatable: resources.DeepCopy(), Conditions: conditions(metav1.Now()),
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: n.ip}, {Type: corev1.NodeHostName, Address: n.Name},
			},
			DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: kubeletPort}},
			NodeInfo: corev1.NodeSystemInfo{
				KubeletVersion: Version, OperatingSystem: "linux", Architecture: runtime.GOARCH,
				OSImage: "kubectl-learn sandbox (simulated pods)", KernelVersion: "none",
				ContainerRuntimeVersion: "sandbox://" + Version[1:],
				MachineID:               machineID(n.Dir), SystemUUID: machineID(n.Dir), BootID: n.boot,
			},
			Images: n.images,
			// The API server passes streams on as kubectl sends them.
			DeclaredFeatures: []string{string(features.ExtendWebSocketsToKubelet)},
		},
	}
}

// allocatable returns what the node offers to pods.
func (n *Node) allocatable() corev1.ResourceList { return n.object().Status.Allocatable }

// conditions are those of a healthy kubelet.
func conditions(now metav1.Time) []corev1.NodeCondition {
	condition := func(t corev1.NodeConditionType, s corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{
			Type: t, Status: s, Reason: reason, Message: message, LastHeartbeatTime: now, LastTransitionTime: now,
		}
	}
	return []corev1.NodeCondition{
		condition(corev1.NodeMemoryPressure, corev1.ConditionFalse, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
		condition(corev1.NodeDiskPressure, corev1.ConditionFalse, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
		condition(corev1.NodePIDPressure, corev1.ConditionFalse, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
		condition(corev1.NodeReady, corev1.ConditionTrue, "KubeletReady", "kubelet is posting ready status"),
	}
}

// keepTransitions keeps the times of conditions that did not change.
func keepTransitions(wanted, old []corev1.NodeCondition) {
	for i := range wanted {
		for _, o := range old {
			if o.Type == wanted[i].Type && o.Status == wanted[i].Status {
				wanted[i].LastTransitionTime = o.LastTransitionTime
			}
		}
	}
}
