package checks

import (
	"context"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"go.yaml.in/yaml/v3"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/ask"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// LogsProbe reads what a container printed, of a pod that is ready when there is
// one.
type LogsProbe struct {
	PodChoice
	// Previous reads the run before the last start.
	Previous bool
	// Tail is how many lines are read from the end; 0 for all that fits.
	Tail int
	// Since is how far back lines are read; 0 for all.
	Since time.Duration
}

func (p *LogsProbe) environment() expr.Environment {
	return expr.Environment{Name: "logs", Variables: map[string]*cel.Type{
		"log": cel.StringType, "lines": cel.ListType(cel.StringType),
	}}
}

func (p *LogsProbe) vars(s observation) map[string]any {
	log := ""
	if s.output != nil {
		log = s.output.Stdout
	}
	lines := []string{}
	if log != "" {
		lines = strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	}
	return map[string]any{"log": log, "lines": lines}
}

func (p *LogsProbe) askable() func(*kube.Object, string) bool {
	if p.Previous {
		return kube.RanBefore
	}
	return kube.Ran
}

func (p *LogsProbe) ready(s observation) bool { return p.choose(s, p.askable()) != nil }

func (p *LogsProbe) consult(ctx context.Context, of outside, s observation) (reply, error) {
	pod := p.choose(s, p.askable())
	out, err := of.Log(ctx, ask.LogRequest{
		Namespace: pod.GetNamespace(), Pod: pod.GetName(), Container: p.container(pod),
		Previous: p.Previous, Tail: p.Tail, Since: p.Since,
	})
	return reply{output: out}, err
}

func (p *LogsProbe) judge(c Check, s observation, e expectation, now time.Time) judgment {
	if s.output == nil {
		why := lang.Messagef("no container has run in %s yet", "%s 中还没有运行过容器", p.place())
		if p.Previous {
			why = lang.Messagef("no container of %s has been restarted", "%s 中没有重新启动过的容器", p.place())
		}
		return judgeNobody(p.PodChoice, s, now, why)
	}
	if e.held() {
		return judgment{verdict: Passed}
	}
	why := lang.Messagef("%s: %s", "%s：%s", s.output.Where, e.reason())
	if s.output.Stdout == "" {
		why = lang.Messagef("%s is empty", "%s是空的", s.output.Where)
	}
	return soonAfter(failed(bounded(why, s.output.Cut)), c, s, now)
}

func (l *LogsProbe) parse(p *parser, n *yaml.Node) {
	p.mapping(n, "logs", append(p.pods(&l.PodChoice),
		p.truth("previous", &l.Previous),
		p.number("tail", 1, maxTail, func(v int) { l.Tail = v }),
		p.duration("since", timing.MaxSince, &l.Since),
	))
	p.selects(n, &l.PodChoice)
}

func (p *LogsProbe) flaws(f *flaws, c Check) {
	if c.CEL == "" {
		f.add("", "check %q needs a cel that says what the log must contain", c.ID)
	}
	f.oneOf("logs", []string{p.Pod, p.Deployment, p.Selector}, "pod, deployment, selector")
	f.pods(p.PodChoice)
}

func (p *LogsProbe) identity() string { return identityOf("logs", p.key()) }

func (p *LogsProbe) judgeable(r reply) bool { return r.output != nil }
func (p *LogsProbe) changes() bool          { return true }

func (p *LogsProbe) enough(r *row, lasted time.Duration) bool { return r.enoughLooks(lasted) }

func (p *LogsProbe) nothing(c Check, s observation) lang.Message {
	if s.output == nil || s.output.Stdout != "" || c.condition.AsksSize("lines", "log") {
		return lang.Message{}
	}
	return lang.Messagef("it is empty", "内容是空的")
}
