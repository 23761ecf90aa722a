package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/cri-client/pkg/logs"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// messageMount creates the empty termination message file for one start of a
// container, and returns its mount.
func (w *worker) messageMount(c *corev1.Container, attempt int32) (container.Mount, error) {
	file := w.messageFile(c.Name, attempt)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return container.Mount{}, fmt.Errorf("failed to make the termination message's folder: %w", err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return container.Mount{}, fmt.Errorf("failed to make the termination message's file: %w", err)
	}
	// Every user in the container may write it, whatever the umask.
	if err := os.Chmod(file, 0o666); err != nil {
		return container.Mount{}, fmt.Errorf("failed to make the termination message's file: %w", err)
	}
	return container.Mount{
		Path: path.Clean("/" + c.TerminationMessagePath), Source: filepath.Dir(file), SubPath: filepath.Base(file),
	}, nil
}

func (w *worker) messageFile(name string, attempt int32) string {
	return filepath.Join(w.dir, "messages", name, strconv.Itoa(int(attempt)))
}

// terminationMessage is a program's message for its status: its message file,
// or the end of its log if the container says so. It is upstream's
// getTerminationMessage (pkg/kubelet/kuberuntime).
func (w *worker) terminationMessage(ctx context.Context, name string, u *unit, code int) string {
	c := kubecontainer.GetContainerSpec(w.pod, name)
	if c == nil {
		return ""
	}
	file := w.messageFile(name, u.attempt)
	defer func() { _ = os.Remove(file) }()
	body, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("Error on reading termination log %s: %v", c.TerminationMessagePath, err)
	}
	if len(body) > 0 || code == 0 || c.TerminationMessagePolicy != corev1.TerminationMessageFallbackToLogsOnError {
		return string(body[max(0, len(body)-kubecontainer.MaxContainerTerminationMessageLength):])
	}
	return endOfLog(ctx, logPath(w.dir, name, u.id))
}

// endOfLog is the part of a log that is used as the message.
func endOfLog(ctx context.Context, file string) string {
	lines := int64(kubecontainer.MaxContainerTerminationMessageLogLines)
	var out bytes.Buffer
	err := logs.ReadLogs(ctx, file, "", &logs.LogOptions{TailLines: &lines}, nil, &out, &out)
	if err != nil {
		return fmt.Sprintf("Error on reading termination message from logs: %v", err)
	}
	return string(out.Bytes()[max(0, out.Len()-kubecontainer.MaxContainerTerminationMessageLogLength):])
}
