package node

import (
	"context"
	"fmt"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	internalapi "k8s.io/cri-api/pkg/apis"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	crilogs "k8s.io/cri-client/pkg/logs"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
)

// logs serves a container's log, read by the kubelet's own reader. It needs no
// running pod: a log stays until the pod is deleted.
func (n *Node) logs(w http.ResponseWriter, r *http.Request) {
	namespace, name, container := r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container")
	var opts corev1.PodLogOptions
	query := r.URL.Query()
	if err := corev1conversion.Convert_url_Values_To_v1_PodLogOptions(&query, &opts, nil); err != nil {
		http.Error(w, fmt.Sprintf("unable to decode query: %v", err), http.StatusBadRequest)
		return
	}
	pod, ok := n.pods.GetPodByName(namespace, name)
	if !ok {
		http.Error(w, fmt.Sprintf("pod %q does not exist", name), http.StatusNotFound)
		return
	}
	now, ok := n.statuses.GetPodStatus(pod.UID)
	if !ok {
		now = pod.Status
	}
	id, err := logID(name, &now, container, opts.Previous)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out := flushing{w, http.NewResponseController(w)}
	path := logPath(n.podDir(pod.UID), container, id)
	err = crilogs.ReadLogs(r.Context(), path, id, logOptions(&opts), logRuntime{node: n, namespace: namespace, pod: name, container: container}, out, out)
	if err != nil && r.Context().Err() == nil {
		_, _ = fmt.Fprintf(out, "%v\n", err)
	}
}

func logOptions(o *corev1.PodLogOptions) *crilogs.LogOptions {
	out := &crilogs.LogOptions{TailLines: o.TailLines, LimitBytes: o.LimitBytes, Follow: o.Follow, Timestamp: o.Timestamps}
	switch {
	case o.SinceSeconds != nil:
		out.Since = time.Now().Add(-time.Duration(*o.SinceSeconds) * time.Second)
	case o.SinceTime != nil:
		out.Since = o.SinceTime.Time
	}
	return out
}

// logID finds the ID of the container whose log is requested; it is upstream's
// validateContainerLogStatus.
func logID(pod string, s *corev1.PodStatus, name string, previous bool) (string, error) {
	c, found := podutil.GetContainerStatus(s.ContainerStatuses, name)
	for _, other := range [][]corev1.ContainerStatus{s.InitContainerStatuses, s.EphemeralContainerStatuses} {
		if !found {
			c, found = podutil.GetContainerStatus(other, name)
		}
	}
	last := c.LastTerminationState.Terminated
	switch {
	case !found:
		return "", fmt.Errorf("container %q in pod %q is not available", name, pod)
	case previous && (last == nil || last.ContainerID == ""):
		return "", fmt.Errorf("previous terminated container %q in pod %q not found", name, pod)
	case previous:
		return last.ContainerID, nil
	case c.State.Running != nil:
		return c.ContainerID, nil
	case c.State.Terminated != nil && c.State.Terminated.ContainerID != "":
		return c.State.Terminated.ContainerID, nil
	case last != nil && last.ContainerID != "":
		return last.ContainerID, nil
	case c.State.Terminated != nil || last != nil:
		return "", fmt.Errorf("container %q in pod %q is terminated", name, pod)
	}
	return "", fmt.Errorf("container %q in pod %q is waiting to start: %s", name, pod, whyWaiting(c.State.Waiting))
}

func whyWaiting(w *corev1.ContainerStateWaiting) string {
	switch {
	case w == nil:
		return "no logs yet"
	case w.Reason == "ErrImagePull":
		return "image can't be pulled"
	case w.Reason == "ImagePullBackOff":
		return "trying and failing to pull image"
	}
	return w.Reason
}

// flushing sends each piece of a log at once.
type flushing struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.ResponseWriter.Write(p)
	if err == nil {
		err = f.control.Flush()
	}
	return n, err
}

// logRuntime tells the reader of a followed log whether the container still
// runs; the reader asks nothing else.
type logRuntime struct {
	internalapi.RuntimeService
	node                      *Node
	namespace, pod, container string
}

func (r logRuntime) ContainerStatus(_ context.Context, id string, _ bool) (*runtimeapi.ContainerStatusResponse, error) {
	state := runtimeapi.ContainerState_CONTAINER_EXITED
	if w := r.node.find(r.namespace, r.pod); w != nil {
		w.mu.Lock()
		if u := w.containers[r.container]; u != nil && u.id == id && u.run != nil {
			state = runtimeapi.ContainerState_CONTAINER_RUNNING
		}
		w.mu.Unlock()
	}
	return &runtimeapi.ContainerStatusResponse{Status: &runtimeapi.ContainerStatus{Id: id, State: state}}, nil
}
