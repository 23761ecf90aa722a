package node

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/allocation"
)

// watchPods follows the pods bound to this node, each with its own worker. It
// returns once the existing ones are known.
func (n *Node) watchPods(ctx context.Context) error {
	source := cache.NewListWatchFromClient(n.Client.CoreV1().RESTClient(), "pods", "",
		fields.OneTermEqualSelector("spec.nodeName", n.Name))
	_, controller := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: source, ObjectType: &corev1.Pod{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { n.seen(ctx, o.(*corev1.Pod)) },
			UpdateFunc: func(_, o any) { n.seen(ctx, o.(*corev1.Pod)) },
			DeleteFunc: func(o any) { n.gone(ctx, o) },
		},
	})
	go controller.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), controller.HasSynced) {
		return ctx.Err()
	}
	n.sweep()
	return nil
}

// seen passes the pod's new version to its worker, and starts a worker for a
// pod that must run or be removed.
func (n *Node) seen(ctx context.Context, pod *corev1.Pod) {
	n.pods.AddPod(pod)
	n.mu.Lock()
	known := n.workers[pod.UID]
	n.mu.Unlock()
	if known != nil {
		n.changed(known, pod)
		return
	}
	if podutil.IsPodPhaseTerminal(pod.Status.Phase) && pod.DeletionTimestamp == nil {
		return
	}
	w := newWorker(n, pod)
	n.mu.Lock()
	n.workers[pod.UID] = w
	n.mu.Unlock()
	n.running.Go(func() { w.run(ctx) })
}

// gone stops what is left of a pod that is no longer in the API.
func (n *Node) gone(ctx context.Context, o any) {
	if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
		o = last.Obj
	}
	pod, ok := o.(*corev1.Pod)
	if !ok {
		return
	}
	n.pods.RemovePod(pod)
	n.mu.Lock()
	w := n.workers[pod.UID]
	left := make(map[types.UID]bool, len(n.workers))
	for _, p := range n.pods.GetPods() {
		left[p.UID] = true
	}
	n.mu.Unlock()
	n.statuses.RemoveOrphanedStatuses(klog.FromContext(ctx), left)
	n.allocations.RemovePod(pod.UID)
	n.allocations.RetryPendingResizes(allocation.TriggerReasonPodsRemoved)
	if w != nil {
		w.vanish()
		return
	}
	n.removeDir(n.podDir(pod.UID))
}

// finished forgets a worker that has nothing left to do.
func (n *Node) finished(w *worker) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.workers, w.uid)
}

func (n *Node) podDir(uid types.UID) string { return filepath.Join(n.Dir, "pods", string(uid)) }

// sweep removes the folders of pods that were deleted while the node was off.
func (n *Node) sweep() {
	entries, err := os.ReadDir(filepath.Join(n.Dir, "pods"))
	if err != nil {
		return // Nothing ran here yet.
	}
	for _, e := range entries {
		if _, known := n.pods.GetPodByUID(types.UID(e.Name())); !known {
			n.removeDir(n.podDir(types.UID(e.Name())))
		}
	}
}

func (n *Node) removeDir(dir string) {
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		n.Log.Warn("failed to remove a pod's folder", "dir", dir, "error", err)
	}
}

// find returns the worker of a pod by its name.
func (n *Node) find(namespace, name string) *worker {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, w := range n.workers {
		if pod := w.current(); pod.Namespace == namespace && pod.Name == name {
			return w
		}
	}
	return nil
}
