package ask

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"
	"k8s.io/klog/v2"
	"k8s.io/streaming/pkg/httpstream"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Exec runs a command in a container, over WebSockets and, where the API server
// does not speak them, over SPDY, as kubectl does.
func (c *Client) Exec(ctx context.Context, pod *kube.Object, container string, command []string, timeout time.Duration) (*Output, error) {
	if timeout <= 0 {
		timeout = timing.Visit
	}
	// What client-go says of a connection that was ended is of no use to a learner.
	timed, cancel := context.WithTimeout(klog.NewContext(ctx, logr.Discard()), timeout)
	defer cancel()
	executor, err := c.executor(pod, container, command)
	if err != nil {
		return nil, fmt.Errorf("failed to prepare the command: %w", err)
	}
	kept := NewSink()
	out, errOut := kept.Ends()
	err = executor.StreamWithContext(timed, remotecommand.StreamOptions{Stdout: out, Stderr: errOut})
	said := kept.Output(lang.Messagef("%s (%s)", "%s（%s）", words.Shorten(words.OneLine(strings.Join(command, " ")), 80), kube.NameOf(pod)))
	var exit exec.CodeExitError
	switch {
	case errors.As(err, &exit):
		said.ExitCode = int64(exit.Code)
	case err != nil && ctx.Err() == nil && timed.Err() != nil:
		said.Late, said.ExitCode = true, -1
	case err != nil && notStarted(err.Error()):
		said.Unstarted, said.ExitCode = whyNotStarted(err.Error(), command[0], kube.NameOf(pod)), -1
	case err != nil:
		return nil, upgradeFault(err)
	}
	return said, nil
}

// upgradeFault turns what client-go says when the API server refuses a connection
// into the refusal that it was.
func upgradeFault(err error) error {
	message, found := strings.CutPrefix(err.Error(), "unable to upgrade connection: ")
	switch {
	case found && strings.Contains(message, " is forbidden: "):
		return &apierrors.StatusError{ErrStatus: metav1.Status{
			Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden, Message: message,
		}}
	case found && message == "Unauthorized":
		return apierrors.NewUnauthorized(message)
	}
	return err
}

func (c *Client) executor(pod *kube.Object, container string, command []string) (remotecommand.Executor, error) {
	address := c.base.JoinPath("api", "v1", "namespaces", pod.GetNamespace(), "pods", pod.GetName(), "exec")
	address.RawQuery = url.Values{
		"container": {container}, "command": command, "stdout": {"true"}, "stderr": {"true"},
	}.Encode()
	first, err := remotecommand.NewWebSocketExecutor(c.config, http.MethodGet, address.String())
	if err != nil {
		return nil, err
	}
	second, err := remotecommand.NewSPDYExecutor(c.config, http.MethodPost, address)
	if err != nil {
		return nil, err
	}
	return remotecommand.NewFallbackExecutor(first, second, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
}
