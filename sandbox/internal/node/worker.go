package node

import (
	"context"
	"maps"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/network"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/volumes"
)

// never is how long a worker sleeps if only a change should wake it.
const never = time.Duration(1<<63 - 1)

// worker runs one pod. Only its goroutine changes the fields below mu, and
// holds mu to do so; others hold mu to read.
type worker struct {
	node *Node
	uid  types.UID
	dir  string
	wake chan struct{}

	mu         sync.Mutex
	pod        *corev1.Pod // From the API; replaced by update.
	vanished   bool
	net        *network.PodNet
	ip         string
	mounted    bool
	mountWait  time.Duration
	volumes    *volumes.Pod
	resync     time.Time // When volumes are checked again.
	started    metav1.Time
	containers map[string]*unit
	admitted   bool // It is admitted to the node.
	terminal   bool
	evicted    *waitError // Why the node ended the pod before its time.
	// shared is the pod's process namespace if it shares one, owners the owners
	// of files in its volumes.
	shared *container.Processes
	owners *container.Owners
	// disk limits what its containers write, full says that it was not enough.
	disk *container.Disk
	full bool
}

func newWorker(n *Node, pod *corev1.Pod) *worker {
	w := &worker{
		node: n, uid: pod.UID, dir: n.podDir(pod.UID), wake: make(chan struct{}, 1),
		pod: pod, started: metav1.Now(), containers: map[string]*unit{},
	}
	if pod.Status.StartTime != nil {
		w.started = *pod.Status.StartTime
	}
	w.volumes = volumes.New(volumes.Config{Client: n.Client, Host: n.host, Dir: w.dir, Allocatable: n.allocatable})
	w.resume(pod)
	return w
}

// current is the latest pod from the API; read only.
func (w *worker) current() *corev1.Pod {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pod
}

// update takes the new version of the pod.
func (w *worker) update(pod *corev1.Pod) {
	w.set(func() {
		if pod.Generation != w.pod.Generation {
			for _, u := range w.containers { // What held it back may be fixed.
				u.stands = time.Time{}
			}
		}
		if !sameMeta(pod, w.pod) { // Its volumes may contain it.
			w.resync = time.Time{}
		}
		w.pod = pod
	})
	w.poke()
}

// sameMeta reports whether labels and annotations are equal.
func sameMeta(a, b *corev1.Pod) bool {
	return maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations)
}

// vanish says that the pod is no longer in the API: it ends at once.
func (w *worker) vanish() {
	w.set(func() { w.vanished = true })
	w.poke()
}

func (w *worker) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// poke wakes the worker.
func (w *worker) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// leaving reports whether the pod is being deleted, and whether it is already
// gone.
func (w *worker) leaving() (leaving, vanished bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.vanished || w.pod.DeletionTimestamp != nil, w.vanished
}

// isTerminal reports that nothing of the pod runs or will run again.
func (w *worker) isTerminal() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.terminal
}

// run is the pod's life on the node.
func (w *worker) run(ctx context.Context) {
	defer w.node.finished(w)
	defer func() { w.forget(w.current()) }()
	if !w.admit(ctx) {
		return
	}
	for {
		if ctx.Err() != nil {
			w.switchOff()
			return
		}
		if leaving, _ := w.leaving(); leaving {
			w.terminate(ctx)
			return
		}
		again := w.sync(ctx)
		w.report()
		// What has just stopped the pod may have seen its deletion.
		if leaving, _ := w.leaving(); !leaving {
			w.sleep(ctx, again)
		}
	}
}

func (w *worker) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-timer.C:
	}
}

// report passes the pod's status to the status manager, which writes it to the
// API if it changed.
func (w *worker) report() {
	pod := w.current()
	w.node.statuses.SetPodStatus(klog.Background(), pod, w.status())
}

// sync advances the pod by a step and returns when to check again.
func (w *worker) sync(ctx context.Context) time.Duration {
	pod := w.current()
	w.reap(ctx)
	if w.settle(ctx, pod) {
		return never
	}
	wait := w.untilDeadline(pod)
	if volumes.Limited(pod) {
		wait = min(wait, evictionLook)
	}
	if again := w.setUp(ctx, pod); again > 0 {
		return min(wait, again)
	}
	wait = min(wait, w.refresh(ctx, pod), w.startEphemeral(ctx, pod))
	ready, again := w.initialize(ctx, pod)
	if !ready {
		return min(wait, again)
	}
	for i := range pod.Spec.Containers {
		again = min(again, w.ensure(ctx, pod, &pod.Spec.Containers[i]))
	}
	w.resized(pod)
	return min(wait, again)
}

// setUp prepares volumes and network; a positive result is when to try again.
func (w *worker) setUp(ctx context.Context, pod *corev1.Pod) time.Duration {
	if !w.mounted {
		if err := w.mountVolumes(ctx, pod); err != nil {
			return w.mountFailed(pod, err)
		}
		w.set(func() { w.mounted, w.mountWait = true, 0 })
	}
	if w.net != nil {
		return 0
	}
	names, err := w.node.names(ctx, pod)
	if err != nil {
		w.node.events.Eventf(pod, corev1.EventTypeWarning, "FailedCreatePodSandBox", "Failed to create pod sandbox: %v", err)
		return retryPeriod
	}
	net, err := w.node.Network.AttachPod(w.netConfig(pod, names))
	if err != nil {
		w.node.events.Eventf(pod, corev1.EventTypeWarning, "FailedCreatePodSandBox", "Failed to create pod sandbox: %v", err)
		return retryPeriod
	}
	if w.ip == "" && pod.Status.PodIP != "" { // It ran before the node's restart.
		w.node.events.Event(pod, corev1.EventTypeNormal, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
	}
	if pod.Spec.HostPID {
		w.node.events.Event(pod, corev1.EventTypeWarning, "NotSupported", "hostPID is not supported by the sandbox: the pod sees only its own processes")
	}
	w.set(func() { w.net, w.ip = net, net.IP() })
	if err := w.writeEtc(pod, names); err != nil {
		w.node.Log.Warn("failed to write a pod's hosts file", "pod", klog.KObj(pod), "error", err)
	}
	return 0
}

// hostname is the pod's host name; on the node's network, it is the node's
// name.
func hostname(pod *corev1.Pod) string {
	if pod.Spec.HostNetwork {
		return pod.Spec.NodeName
	}
	if pod.Spec.Hostname != "" {
		return pod.Spec.Hostname
	}
	name := pod.Name
	if len(name) > 63 {
		name = name[:63]
	}
	return name
}
