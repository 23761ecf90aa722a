package node

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/tty"
)

// unit is one container of a pod across all its restarts. The worker's lock
// guards it.
type unit struct {
	// attempt counts the starts from 0; it is the restart count. -1: never started.
	attempt int32
	id      string
	image   *container.Found
	asked   string // The image as the pod named it.
	run     *container.Container
	close   func()
	output  *fanOut
	input   *inlet
	sizes   chan tty.Size // Of its terminal.
	// begun and ready are in the container's status while it runs.
	begun, ready bool
	// resources are its current resources; user is the user it runs as.
	resources corev1.ResourceRequirements
	user      *corev1.ContainerUser
	// why is why it isn't running although it should.
	why *corev1.ContainerStateWaiting
	// ended is how the latest start ended, before how the one before did.
	ended, before *corev1.ContainerStateTerminated
	// doomed says why the node is killing it, so that it does so once.
	doomed string
	// told is when the learner was last told about a back-off.
	told time.Time
	// stands is until when the status stays unchanged, before the next try.
	stands time.Time
}

func newUnit() *unit { return &unit{attempt: -1, sizes: make(chan tty.Size)} }

func (w *worker) unit(name string) *unit {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.containers[name]
	if u == nil {
		u = newUnit()
		w.containers[name] = u
	}
	return u
}

// resume restores the counts from before the node's restart. What ran then
// ended with the node, as on a machine that loses power.
func (w *worker) resume(pod *corev1.Pod) {
	all := append(append([]corev1.ContainerStatus(nil), pod.Status.InitContainerStatuses...), pod.Status.ContainerStatuses...)
	for _, s := range all {
		if s.ContainerID == "" {
			continue
		}
		u := newUnit()
		u.attempt, u.id, u.before, u.user = s.RestartCount, s.ContainerID, s.LastTerminationState.Terminated, s.User
		switch {
		case s.State.Terminated != nil:
			u.ended = s.State.Terminated
		case s.State.Running != nil:
			u.ended = &corev1.ContainerStateTerminated{
				ExitCode: 255, Reason: "Unknown", StartedAt: s.State.Running.StartedAt, FinishedAt: metav1.Now(), ContainerID: s.ContainerID,
			}
			w.blame(pod, s.Name, u.ended)
		default:
			u.ended, u.before = u.before, nil
		}
		w.containers[s.Name] = u
	}
}

// reap records which containers have ended.
func (w *worker) reap(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, u := range w.containers {
		if u.run == nil {
			continue
		}
		select {
		case <-u.run.Done():
			u.close()
			u.ended = w.terminated(ctx, name, u)
			if u.doomed == "" { // A container that the node killed restarts at once.
				u.stands = time.Now().Add(soon)
			}
			u.run, u.begun, u.ready, u.doomed = nil, false, false, ""
		default:
		}
	}
}

// terminated describes how a container ended, in the runtime's words.
func (w *worker) terminated(ctx context.Context, name string, u *unit) *corev1.ContainerStateTerminated {
	exit := u.run.Exit()
	t := &corev1.ContainerStateTerminated{
		ExitCode: int32(exit.Code), Reason: "Completed", ContainerID: u.id,
		StartedAt: metav1.NewTime(exit.Started), FinishedAt: metav1.NewTime(exit.Finished),
		Message: w.terminationMessage(ctx, name, u, exit.Code),
	}
	switch {
	case exit.OutOfMemory:
		t.Reason = "OOMKilled"
	case exit.Code != 0:
		t.Reason = "Error"
	}
	return t
}

// done reports whether a container has ended and will not restart.
func (u *unit) done(c *corev1.Container, pod *corev1.Pod) bool {
	return u.run == nil && u.ended != nil && !podutil.ContainerShouldRestart(*c, pod.Spec, u.ended.ExitCode)
}

func (w *worker) containerDir(name string, attempt int32) string {
	return filepath.Join(w.dir, "containers", name, strconv.Itoa(int(attempt)))
}

// logPath is where the log of one start of a container is, by its ID.
func logPath(podDir, name, id string) string {
	return filepath.Join(podDir, "logs", name, strings.TrimPrefix(id, idScheme)+".log")
}
