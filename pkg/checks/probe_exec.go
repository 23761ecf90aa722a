package checks

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

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// ExecProbe runs a command in a container, of a pod that is ready when there is
// one.
type ExecProbe struct {
	PodChoice
	// Command is run without a shell, as kubectl exec does.
	Command []string
	// Timeout is how long it may take; 5 s unless said otherwise.
	Timeout time.Duration
}

func (p *ExecProbe) environment() expr.Environment { return commandEnvironment() }

func (p *ExecProbe) vars(s sight) map[string]any { return commandVars(s.output) }

func (p *ExecProbe) ready(s sight) bool { return p.choose(s, kube.Runs) != nil }

func (p *ExecProbe) ask(ctx context.Context, e *Engine, s sight) (reply, error) {
	pod := p.choose(s, kube.Runs)
	out, err := e.exec(ctx, pod, p.container(pod), p.Command, p.Timeout)
	return reply{output: out}, err
}

func (p *ExecProbe) judge(c Check, s sight, e expectation, now time.Time) judgment {
	if s.output == nil {
		return judgeNobody(p.PodChoice, s, now,
			lang.Messagef("no container is running in %s", "%s 中没有正在运行的容器", p.place()))
	}
	return soonAfter(judgeCommand(c, s.output, e), c, s, now)
}

// judgeNobody decides when there was no container to ask.
func judgeNobody(p PodChoice, s sight, now time.Time, reason lang.Message) judgment {
	if lack := p.whyNoContainer(s); !lack.IsZero() {
		return failed(lack)
	}
	objects := s.objects
	if s.object != nil {
		objects = []*kube.Object{s.object}
	}
	var wait *judgment
	for _, o := range objects {
		f := judged(why.Progress(o, s.Surroundings, now))
		if f.verdict == Failed {
			return orElse(f, reason)
		}
		if f.verdict == Waiting && wait == nil {
			wait = &f
		}
	}
	if wait != nil {
		return orElse(*wait, reason)
	}
	return failed(reason)
}

// soonAfter makes a failure wait while something changed a moment before it was
// asked: a program may need that long to notice.
func soonAfter(f judgment, c Check, s sight, now time.Time) judgment {
	if f.verdict != Failed {
		return f
	}
	var changed time.Time
	for _, o := range append(contentsAround(s), s.objects...) {
		if t := kube.Changed(o); t.After(changed) {
			changed = t
		}
	}
	if until, is := kube.Fresh(changed, s.askedAt(now), c.Grace); is {
		f.verdict = Waiting
		if until.After(now) {
			f.again = until
		}
	}
	return f
}

// contentsAround are the object looked at and the pods near it.
func contentsAround(s sight) []*kube.Object {
	var list []*kube.Object
	if s.object != nil {
		list = append(list, s.object)
	}
	if s.Around != nil {
		list = append(list, s.Around.List("Pod")...)
	}
	return list
}

// exec runs a command in a container, over WebSockets and, where the API server
// does not speak them, over SPDY, as kubectl does.
func (e *Engine) exec(ctx context.Context, pod *kube.Object, container string, command []string, timeout time.Duration) (*output, error) {
	if timeout <= 0 {
		timeout = timing.Visit
	}
	// What client-go says of a connection that was ended is of no use to a learner.
	timed, cancel := context.WithTimeout(klog.NewContext(ctx, logr.Discard()), timeout)
	defer cancel()
	executor, err := e.executor(pod, container, command)
	if err != nil {
		return nil, fmt.Errorf("failed to prepare the command: %w", err)
	}
	kept := newSink()
	out, errOut := kept.ends()
	err = executor.StreamWithContext(timed, remotecommand.StreamOptions{Stdout: out, Stderr: errOut})
	said := kept.output(lang.Messagef("%s (%s)", "%s（%s）", words.Shorten(words.OneLine(strings.Join(command, " ")), 80), kube.NameOf(pod)))
	var exit exec.CodeExitError
	switch {
	case errors.As(err, &exit):
		said.exitCode = int64(exit.Code)
	case err != nil && ctx.Err() == nil && timed.Err() != nil:
		said.late, said.exitCode = true, -1
	case err != nil && notStarted(err.Error()):
		said.unstarted, said.exitCode = whyNotStarted(err.Error(), command[0], kube.NameOf(pod)), -1
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

func (e *Engine) executor(pod *kube.Object, container string, command []string) (remotecommand.Executor, error) {
	address := e.base.JoinPath("api", "v1", "namespaces", pod.GetNamespace(), "pods", pod.GetName(), "exec")
	address.RawQuery = url.Values{
		"container": {container}, "command": command, "stdout": {"true"}, "stderr": {"true"},
	}.Encode()
	first, err := remotecommand.NewWebSocketExecutor(e.config, http.MethodGet, address.String())
	if err != nil {
		return nil, err
	}
	second, err := remotecommand.NewSPDYExecutor(e.config, http.MethodPost, address)
	if err != nil {
		return nil, err
	}
	return remotecommand.NewFallbackExecutor(first, second, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
}
