package checks

import (
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// pods are the fields by which a probe chooses a pod.
func (p *parser) pods(c *PodChoice) []field {
	return []field{
		p.text("pod", &c.Pod), p.text("deployment", &c.Deployment), p.text("selector", &c.Selector),
		p.text("namespace", &c.Namespace), p.text("container", &c.Container),
	}
}

func (p *parser) chosen(n *yaml.Node, probe string, c *PodChoice) {
	p.oneOf(n, probe, []string{c.Pod, c.Deployment, c.Selector}, "pod, deployment, selector")
	p.selects(n, c)
}

// oneOf reports ways to name something of which not exactly one is used.
func (p *parser) oneOf(n *yaml.Node, probe string, ways []string, names string) {
	set := 0
	for _, way := range ways {
		if way != "" {
			set++
		}
	}
	if set != 1 && n.Kind == yaml.MappingNode {
		p.add(n, "%s needs one of %s", probe, names)
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
		p.duration("since", maxSince, &l.Since),
	))
	p.chosen(n, "logs", &l.PodChoice)
	return l
}

func (p *parser) exec(n *yaml.Node) *ExecProbe {
	e := &ExecProbe{}
	p.mapping(n, "exec", append(p.pods(&e.PodChoice),
		p.words("command", &e.Command), p.duration("timeout", maxTimeout, &e.Timeout),
	))
	p.chosen(n, "exec", &e.PodChoice)
	if len(e.Command) == 0 && n.Kind == yaml.MappingNode {
		p.add(n, "exec needs a command")
	}
	return e
}

func (p *parser) run(n *yaml.Node) *RunProbe {
	r := &RunProbe{}
	p.mapping(n, "run", []field{p.text("command", &r.Command), p.duration("timeout", maxTimeout, &r.Timeout)})
	p.need(n, "run", "command", strings.TrimSpace(r.Command))
	return r
}

func (p *parser) answer(n *yaml.Node) *AnswerProbe {
	a := &AnswerProbe{}
	p.mapping(n, "answer", []field{p.text("quiz", &a.Quiz)})
	p.need(n, "answer", "quiz", a.Quiz)
	return a
}

func (p *parser) events(n *yaml.Node) *EventsProbe {
	e := &EventsProbe{}
	p.mapping(n, "events", append([]field{
		p.text("kind", &e.Kind), p.text("name", &e.Name), p.text("namespace", &e.Namespace),
		p.text("reason", &e.Reason), p.text("type", &e.Type),
	}, p.bounds(&e.Count, &e.Min, &e.Max)...))
	p.bounded(n, "events", bounds{e.Count, e.Min, e.Max})
	if e.Type != "" && e.Type != "Normal" && e.Type != "Warning" {
		p.add(n, "type %q must be Normal or Warning", e.Type)
	}
	if e.Name != "" && e.Kind == "" {
		p.add(n, "events with a name need the kind of that object")
	}
	return e
}

func (p *parser) rollout(n *yaml.Node) *RolloutProbe {
	r := &RolloutProbe{Kind: "Deployment"}
	p.mapping(n, "rollout", []field{p.text("kind", &r.Kind), p.text("name", &r.Name), p.text("namespace", &r.Namespace)})
	p.need(n, "rollout", "name", r.Name)
	switch r.Kind {
	case "Deployment", "StatefulSet", "DaemonSet":
	default:
		p.add(n, "rollout of kind %q is not known%s", r.Kind, nearest.Hint(r.Kind, []string{"Deployment", "StatefulSet", "DaemonSet"}))
	}
	return r
}

// bounds are the fields that say how many there must be.
func (p *parser) bounds(count, least, most **int) []field {
	bound := func(name string, into **int) field {
		return p.number(name, 0, maxCount, func(v int) { *into = &v })
	}
	return []field{bound("count", count), bound("min", least), bound("max", most)}
}

func (p *parser) bounded(n *yaml.Node, probe string, b bounds) {
	if b.count != nil && (b.min != nil || b.max != nil) {
		p.add(n, "%s takes either count, or min and max", probe)
	}
	if b.min != nil && b.max != nil && *b.min > *b.max {
		p.add(n, "min is %d, more than max, %d", *b.min, *b.max)
	}
}
