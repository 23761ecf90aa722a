package checks

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// prepared makes checks ready to be judged, those of Parse and those built or
// changed in Go alike: what was left out has its default, and what is set is what
// counts. A check that cannot be judged carries its fault.
func prepared(cs []Check) []Check {
	list := make([]Check, len(cs))
	for i, c := range cs {
		list[i] = c.prepared()
	}
	return list
}

func (c Check) prepared() Check {
	faults := c.complete()
	for _, f := range c.flaws() {
		faults = append(faults, f.text)
	}
	if len(faults) == 0 {
		faults = c.compileAll()
	}
	c.fault = nil
	if len(faults) > 0 {
		text := strings.Join(faults, "; ")
		c.fault = &lang.Error{What: lang.Messagef("this check is not right: %s", "这项检查写得不对：%s", text)}
	}
	return c
}

// complete fills in what was left out, in copies of the caller's probes.
func (c *Check) complete() []string {
	if c.At == (Position{}) {
		c.Grace = cmp.Or(c.Grace, timing.Grace)
	}
	var faults []string
	parse := func(text string) labels.Selector {
		selector, err := labels.Parse(text)
		if err != nil {
			faults = append(faults, "selector \""+text+"\" is not a label selector: "+err.Error())
		}
		return selector
	}
	if c.Objects != nil {
		p := *c.Objects
		p.selector, c.Objects = parse(p.Selector), &p
	}
	if c.HTTP != nil {
		p := c.HTTP.complete()
		p.selector, c.HTTP = parse(p.Selector), &p
	}
	if c.Logs != nil {
		p := *c.Logs
		p.selector, c.Logs = parse(p.Selector), &p
	}
	if c.Exec != nil {
		p := *c.Exec
		p.selector, c.Exec = parse(p.Selector), &p
	}
	if c.Rollout != nil {
		p := *c.Rollout
		p.Kind, c.Rollout = cmp.Or(p.Kind, "Deployment"), &p
	}
	return faults
}

// complete has the defaults where nothing is set.
func (h HTTPProbe) complete() HTTPProbe {
	h.Times, h.Path, h.Method = cmp.Or(h.Times, 1), cmp.Or(h.Path, "/"), cmp.Or(h.Method, "GET")
	return h
}

// compileAll compiles the expressions that were not, or that are others now.
func (c *Check) compileAll() []string {
	var faults []string
	about := c.probe().environment()
	renewed := func(made *expr.Condition, source string) *expr.Condition {
		if strings.TrimSpace(source) == "" {
			return nil
		}
		if made.Is(source, about) {
			return made
		}
		compiled, wrong := expr.Compile(source, about)
		for _, f := range wrong {
			faults = append(faults, f.Text)
		}
		return compiled
	}
	c.condition = renewed(c.condition, c.CEL)
	c.Hints = slices.Clone(c.Hints)
	for i, h := range c.Hints {
		c.Hints[i].condition = renewed(h.condition, h.When)
	}
	return faults
}
