package checks

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/match"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// expectation is how far the expectations of a check hold.
type expectation struct {
	diffs []Difference
	// asked are the reasons that only the learner can fix, coming those that may
	// go away by themselves since the cluster writes what they are about.
	asked, coming []lang.Message
	// explained says that the reasons name values, not only the expression.
	explained bool
	// trouble says why the expectations could not be judged.
	trouble lang.Message
}

func (e expectation) held() bool { return len(e.asked)+len(e.coming) == 0 }

// mayChange says that waiting can help.
func (e expectation) mayChange() bool { return len(e.asked) == 0 }

// maxReasons is how many differences one sentence names.
const maxReasons = 3

func (e expectation) reason() lang.Message {
	reasons := e.asked
	if len(reasons) == 0 {
		reasons = e.coming
	}
	if len(reasons) <= maxReasons {
		return words.Join(reasons)
	}
	shown := words.Join(reasons[:maxReasons])
	return lang.Messagef("%s; and %d more", "%s；另有 %d 处", shown, len(reasons)-maxReasons)
}

func expect(ctx context.Context, c Check, s observation) expectation {
	var e expectation
	if p, is := c.probe().(counting); is {
		n, asked := p.counted(s)
		e.counts(asked, c, n, p.countReason)
	}
	if none := nothingFor(c, s); !none.IsZero() {
		if e.held() {
			e.coming = append(e.coming, none)
		}
		return e
	}
	if len(c.Match) > 0 {
		e.matches(c, s)
	}
	if c.condition != nil {
		e.condition(ctx, c, s)
	}
	return e
}

// counts compares the number of objects with what was asked; at least one when
// nothing else is required of them.
func (e *expectation) counts(p bounds, c Check, n int, reason func(n int, wanted string) lang.Message) {
	low, high := p.min, p.max
	if p.count == nil && low == nil && high == nil && c.condition == nil {
		one := 1
		low = &one
	}
	var wanted string
	switch {
	case p.count != nil && n != *p.count:
		wanted = strconv.Itoa(*p.count)
	case low != nil && n < *low:
		wanted = fmt.Sprintf("at least %d", *low)
	case high != nil && n > *high:
		wanted = fmt.Sprintf("at most %d", *high)
	default:
		return
	}
	e.diffs = append(e.diffs, Difference{Path: "count", Wanted: wanted, Found: strconv.Itoa(n)})
	e.explained = true
	e.coming = append(e.coming, reason(n, wanted))
}

// bounds are how many there must be; nil where not asked for.
type bounds struct{ count, min, max *int }

// inBoth says a number or a bound of one in every language; in Chinese it goes on
// after "应".
func inBoth(wanted string) lang.Message { return lang.Message{EN: wanted, ZH: zhBound(wanted)} }

func chosen(selector string) string {
	if selector == "" {
		return ""
	}
	return " (" + selector + ")"
}

func zhBound(wanted string) string {
	if n, ok := strings.CutPrefix(wanted, "at least "); ok {
		return "至少为 " + n
	}
	if n, ok := strings.CutPrefix(wanted, "at most "); ok {
		return "至多为 " + n
	}
	return "为 " + wanted
}

func (e *expectation) matches(c Check, s observation) {
	var objects []*kube.Object
	prefix := false
	if p, is := c.probe().(matching); is {
		objects, prefix = p.matched(s)
	}
	var all []match.Gap
	for _, o := range objects {
		gaps := match.Compare(o, c.Match, s.shape)
		for _, g := range gaps {
			e.differs(o, g, prefix)
		}
		all = append(all, gaps...)
	}
	if match.Unsure(all) {
		e.trouble = s.shape.Trouble()
	}
	e.explained = !e.held()
}

func (e *expectation) differs(o *kube.Object, g match.Gap, prefix bool) {
	into := &e.asked
	if kube.ClusterWrites(g.Path) {
		into = &e.coming
	}
	reason := g.Reason()
	if prefix {
		g.Path = o.GetName() + ": " + g.Path
		reason = lang.Messagef("%s: %s", "%s: %s", o.GetName(), reason)
	}
	e.diffs = append(e.diffs, Difference{Path: g.Path, Wanted: g.Wanted, Found: g.Found})
	*into = append(*into, reason)
}

func (e *expectation) condition(ctx context.Context, c Check, s observation) {
	vars := s.vars(c)
	held, err := c.condition.Holds(ctx, vars)
	if err != nil && !errors.Is(err, expr.ErrNotSo) {
		e.trouble = givenUp(err)
		return
	}
	if held {
		if list := c.condition.Hollow(ctx, vars); list != "" {
			e.coming = append(e.coming, lang.Messagef("there is nothing in %s to check", "%s 中没有可查看的内容", list))
		}
		return
	}
	short := c.condition.Explain(ctx, vars, len(s.secrets) > 0)
	if short.Path != "" {
		e.diffs = append(e.diffs, Difference{Path: short.Path, Wanted: short.Wanted, Found: short.Found})
		e.explained = true
	}
	if c.Object != nil && !short.ReadsCluster() {
		e.asked = append(e.asked, short.Reason)
		return
	}
	e.coming = append(e.coming, short.Reason)
}
