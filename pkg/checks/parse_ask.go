package checks

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"
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
		p.add(n, "selector %q isn't a valid label selector: %w", c.Selector, err)
		return
	}
	c.selector = selector
}

// bounds are the fields that say how many there must be.
func (p *parser) bounds(count, least, most **int) []field {
	bound := func(name string, into **int) field {
		return p.number(name, 0, maxCount, func(v int) { *into = &v })
	}
	return []field{bound("count", count), bound("min", least), bound("max", most)}
}
