package checks

import (
	"context"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// ExecProbe runs a command in a container, of a pod that is ready when there is
// one.
type ExecProbe struct {
	PodChoice
	// Command is run without a shell, as kubectl exec does.
	Command []string
	// Timeout is how long it may take; 5 s by default.
	Timeout time.Duration
}

func (p *ExecProbe) environment() expr.Environment { return commandEnvironment() }

func (p *ExecProbe) vars(s observation) map[string]any { return commandVars(s.output) }

func (p *ExecProbe) ready(s observation) bool { return p.choose(s, kube.Runs) != nil }

func (p *ExecProbe) consult(ctx context.Context, of outside, s observation) (reply, error) {
	pod := p.choose(s, kube.Runs)
	out, err := of.Exec(ctx, pod, p.container(pod), p.Command, p.Timeout)
	return reply{output: out}, err
}

func (p *ExecProbe) judge(c Check, s observation, e expectation, now time.Time) judgment {
	if s.output == nil {
		return judgeNobody(p.PodChoice, s, now,
			lang.Messagef("no container is running in %s", "%s 中没有正在运行的容器", p.place()))
	}
	return soonAfter(judgeCommand(c, s.output, e), c, s, now)
}

// judgeNobody decides when there was no container to ask.
func judgeNobody(p PodChoice, s observation, now time.Time, reason lang.Message) judgment {
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
func soonAfter(f judgment, c Check, s observation, now time.Time) judgment {
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
func contentsAround(s observation) []*kube.Object {
	var list []*kube.Object
	if s.object != nil {
		list = append(list, s.object)
	}
	if s.Around != nil {
		list = append(list, s.Around.List("Pod")...)
	}
	return list
}

func (e *ExecProbe) parse(p *parser, n *yaml.Node) {
	p.mapping(n, "exec", append(p.pods(&e.PodChoice),
		p.words("command", &e.Command), p.duration("timeout", timing.MaxTimeout, &e.Timeout),
	))
	p.selects(n, &e.PodChoice)
}

func (p *ExecProbe) flaws(f *flaws, _ Check) {
	f.oneOf("exec", []string{p.Pod, p.Deployment, p.Selector}, "pod, deployment, selector")
	f.pods(p.PodChoice)
	f.need("exec", "command", strings.Join(p.Command, ""))
}

func (p *ExecProbe) identity() string {
	return identityOf("exec", p.key(), strings.Join(p.Command, " "))
}

func (p *ExecProbe) judgeable(r reply) bool { return r.output != nil }
func (p *ExecProbe) changes() bool          { return true }

func (p *ExecProbe) enough(r *row, lasted time.Duration) bool { return r.enoughLooks(lasted) }
