package node

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/util/format"
	"k8s.io/kubernetes/pkg/securitycontext"
	"k8s.io/utils/ptr"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// idScheme is the prefix of container IDs, like "containerd://".
const idScheme = "sandbox://"

// start creates and starts a container, with the kubelet's events.
func (w *worker) start(ctx context.Context, pod *corev1.Pod, c *corev1.Container, u *unit, image *container.Found) error {
	env, err := w.environment(ctx, pod, c)
	if err == nil {
		err = runAsNonRoot(pod, c, image)
	}
	if err != nil {
		w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: %v", err)
		return waitError{"CreateContainerConfigError", err.Error()}
	}
	attempt, id, old := u.attempt+1, idScheme+randomID(), u.id
	if attempt > 0 {
		w.set(func() { w.resync = time.Time{} })
		w.refresh(ctx, pod)
	}
	made, err := w.create(pod, c, attempt, id, image, env)
	if err != nil {
		w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: %v", err)
		return waitError{"CreateContainerError", err.Error()}
	}
	w.event(pod, c.Name, corev1.EventTypeNormal, "Created", "Container created")
	made.config.Size = u.sizes
	run, err := container.Start(ctx, made.config)
	w.set(func() {
		u.attempt, u.id, u.image, u.asked, u.why = attempt, id, image, c.Image, nil
		u.resources, u.user = c.Resources, containerUser(made.config.User)
		if u.ended != nil {
			u.before, u.ended = u.ended, nil
		}
	})
	if err != nil {
		made.close()
		return w.startFailed(pod, c, u, err)
	}
	w.set(func() {
		u.run, u.close, u.output, u.input = run, made.close, made.output, made.input
	})
	w.event(pod, c.Name, corev1.EventTypeNormal, "Started", "Container started")
	go func() {
		<-run.Done()
		w.poke()
	}()
	w.prune(c.Name, attempt, id, old)
	if err := w.postStart(ctx, pod, c, run); err != nil {
		return err
	}
	w.set(func() {
		u.begun = c.StartupProbe == nil
		u.ready = u.begun && c.ReadinessProbe == nil
	})
	w.startProbes(ctx, c, u, run)
	return nil
}

// prune removes what earlier starts of a container left, except the last log.
func (w *worker) prune(name string, attempt int32, id, old string) {
	if attempt > 0 {
		w.node.removeDir(w.containerDir(name, attempt-1))
	}
	logs, err := os.ReadDir(filepath.Dir(logPath(w.dir, name, id)))
	if err != nil {
		return
	}
	for _, l := range logs {
		path := filepath.Join(w.dir, "logs", name, l.Name())
		if !strings.HasPrefix(path, logPath(w.dir, name, id)) && !strings.HasPrefix(path, logPath(w.dir, name, old)) {
			_ = os.Remove(path)
		}
	}
}

// startFailed does what a runtime does with a missing program: the container
// exists, and has ended at once.
func (w *worker) startFailed(pod *corev1.Pod, c *corev1.Container, u *unit, err error) error {
	message := fmt.Sprintf("failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: %v", err)
	w.event(pod, c.Name, corev1.EventTypeWarning, "Failed", "Error: %s", message)
	now := metav1.Now()
	w.set(func() {
		u.ended = &corev1.ContainerStateTerminated{
			ExitCode: 128, Reason: "StartError", Message: message, ContainerID: u.id,
			StartedAt: metav1.Unix(0, 0), FinishedAt: now,
		}
	})
	return waitError{"RunContainerError", message}
}

// runAsNonRoot is upstream's verifyRunAsNonRoot (pkg/kubelet/kuberuntime).
func runAsNonRoot(pod *corev1.Pod, c *corev1.Container, image *container.Found) error {
	s := securitycontext.DetermineEffectiveSecurityContext(pod, c)
	what := ""
	switch {
	case s == nil || !ptr.Deref(s.RunAsNonRoot, false):
	case s.RunAsUser != nil && *s.RunAsUser == 0:
		what = "container's runAsUser breaks non-root policy"
	case s.RunAsUser == nil && image.Image.UserName != "":
		what = fmt.Sprintf("container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is non-root", image.Image.UserName)
	case s.RunAsUser == nil && image.Image.User == 0:
		what = "container has runAsNonRoot and image will run as root"
	}
	if what == "" {
		return nil
	}
	return fmt.Errorf("%s (pod: %q, container: %s)", what, format.Pod(pod), c.Name)
}

// created is a container ready to start, with what must be closed after it.
type created struct {
	config container.Config
	close  func()
	output *fanOut
	input  *inlet
}

// create sets up a container's files and streams.
func (w *worker) create(pod *corev1.Pod, c *corev1.Container, attempt int32, id string, image *container.Found, env []kubecontainer.EnvVar) (*created, error) {
	root := w.containerDir(c.Name, attempt)
	path := logPath(w.dir, c.Name, id)
	if err := os.RemoveAll(root); err != nil {
		return nil, fmt.Errorf("failed to make the container's folder: %w", err)
	}
	for _, d := range []string{root, filepath.Dir(path)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("failed to make the container's folder: %w", err)
		}
	}
	if err := image.Image.Unpack(root); err != nil {
		return nil, err
	}
	if err := os.Chmod(root, 0o755); err != nil { // As "/" looks in the container.
		return nil, fmt.Errorf("failed to make the container's folder: %w", err)
	}
	command, args, err := commandLine(c, env)
	if err != nil {
		return nil, err
	}
	tree, err := w.tree(c, attempt, root, env)
	if err != nil {
		return nil, err
	}
	tree.Owners, tree.Disk = w.family(), w.room(pod)
	log, err := container.NewLog(path)
	if err != nil {
		_ = tree.Close()
		return nil, err
	}
	log.Disk = tree.Disk
	out, errs := log.Stream("stdout"), log.Stream("stderr")
	fan := &fanOut{}
	made := &created{output: fan, close: func() {
		_, _ = out.Close(), errs.Close()
		_, _ = log.Close(), tree.Close()
	}}
	made.config = container.Config{
		Image: image.Image, Reference: image.Reference, Command: command, Args: args, Dir: c.WorkingDir,
		Files: tree, Net: w.net, Hostname: hostname(pod), TTY: c.TTY,
		User: identity(pod, c, &image.Image), Privileges: privileges(pod, c), Processes: w.processes(pod, c.Name), Sealed: sealed(c),
		Stdout: io.MultiWriter(out, fan.stream(false)), Stderr: io.MultiWriter(errs, fan.stream(true)),
		Memory: c.Resources.Limits.Memory().Value(),
		Labels: []string{"pod", pod.Namespace + "/" + pod.Name, "uid", string(pod.UID), "container", c.Name},
	}
	if c.Stdin {
		made.input = newInlet(c.StdinOnce)
		made.config.Stdin = made.input
	}
	for _, e := range env {
		made.config.Env = append(made.config.Env, e.Name+"="+e.Value)
	}
	return made, nil
}

// tree mounts volumes and the node's own files over a container's own.
func (w *worker) tree(c *corev1.Container, attempt int32, root string, env []kubecontainer.EnvVar) (*container.Tree, error) {
	mounts, err := w.volumes.Mounts(c, env)
	if err != nil {
		return nil, err
	}
	message, err := w.messageMount(c, attempt)
	if err != nil {
		return nil, err
	}
	tree, err := container.NewTree(root, slices.Concat(mounts, w.etcMounts(), []container.Mount{message}))
	if err != nil {
		return nil, err
	}
	if c.WorkingDir != "" { // A runtime creates it.
		if err := tree.MkdirAll(c.WorkingDir, 0o755); err != nil {
			_ = tree.Close()
			return nil, fmt.Errorf("failed to make the working directory: %w", err)
		}
	}
	return tree, nil
}

func randomID() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // Never fails.
	return hex.EncodeToString(b)
}
