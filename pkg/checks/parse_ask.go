package checks

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
)

// pods are the fields by which a probe chooses a pod.
func (p *parser) pods(c *PodChoice) []field {
	return []field{
		p.text("pod", &c.Pod), p.text("deployment", &c.Deployment), p.text("selector", &c.Selector),
		p.text("namespace", &c.Namespace), p.text("container", &c.Container),
	}
}

func (p *parser) selects(n *yaml.Node, c *PodChoice) {
	selector, err := labels.Parse(c.Selector)
	if err != nil {
		p.add(n, "selector %q is not a label selector: %w", c.Selector, err)
		return
	}
	c.selector = selector
}

func (p *parser) logs(n *yaml.Node) *LogsProbe {
	l := &LogsProbe{}
	p.mapping(n, "logs", append(p.pods(&l.PodChoice),
		p.truth("previous", &l.Previous),
		p.number("tail", 1, maxTail, func(v int) { l.Tail = v }),
		p.duration("since", timing.MaxSince, &l.Since),
	))
	p.selects(n, &l.PodChoice)
	return l
}

func (p *parser) exec(n *yaml.Node) *ExecProbe {
	e := &ExecProbe{}
	p.mapping(n, "exec", append(p.pods(&e.PodChoice),
		p.words("command", &e.Command), p.duration("timeout", timing.MaxTimeout, &e.Timeout),
	))
	p.selects(n, &e.PodChoice)
	return e
}

func (p *parser) run(n *yaml.Node) *RunProbe {
	r := &RunProbe{}
	p.mapping(n, "run", []field{p.text("command", &r.Command), p.duration("timeout", timing.MaxTimeout, &r.Timeout)})
	return r
}

func (p *parser) answer(n *yaml.Node) *AnswerProbe {
	a := &AnswerProbe{}
	p.mapping(n, "answer", []field{p.text("quiz", &a.Quiz)})
	return a
}

func (p *parser) events(n *yaml.Node) *EventsProbe {
	e := &EventsProbe{}
	p.mapping(n, "events", append([]field{
		p.text("kind", &e.Kind), p.text("name", &e.Name), p.text("namespace", &e.Namespace),
		p.text("reason", &e.Reason), p.text("type", &e.Type),
	}, p.bounds(&e.Count, &e.Min, &e.Max)...))
	return e
}

func (p *parser) rollout(n *yaml.Node) *RolloutProbe {
	r := &RolloutProbe{Kind: "Deployment"}
	p.mapping(n, "rollout", []field{p.text("kind", &r.Kind), p.text("name", &r.Name), p.text("namespace", &r.Namespace)})
	return r
}

// bounds are the fields that say how many there must be.
func (p *parser) bounds(count, least, most **int) []field {
	bound := func(name string, into **int) field {
		return p.number(name, 0, maxCount, func(v int) { *into = &v })
	}
	return []field{bound("count", count), bound("min", least), bound("max", most)}
}
