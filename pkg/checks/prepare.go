package checks

import (
	"cmp"
	"fmt"
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
		c.fault = &lang.Error{What: lang.Messagef("this check is invalid: %s", "这项检查写得不对：%s", text)}
	}
	return c
}

// complete fills in what was left out, in copies of the caller's probes.
func (c *Check) complete() []string {
	if c.At == (Position{}) {
		c.Grace = cmp.Or(c.Grace, timing.Grace)
	}
	var faults []string
	for _, s := range c.slots() {
		if _, completes := s.get().(completer); !completes {
			continue
		}
		if p, is := s.own().(completer); is {
			if err := p.complete(); err != nil {
				faults = append(faults, err.Error())
			}
		}
	}
	return faults
}

// parseSelector reads a label selector.
func parseSelector(text string) (labels.Selector, error) {
	selector, err := labels.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("selector \"%s\" isn't a valid label selector: %w", text, err)
	}
	return selector, nil
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
