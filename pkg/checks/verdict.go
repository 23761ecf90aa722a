package checks

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/expr"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/timing"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// outcome is a result with what would make a better one.
type outcome struct {
	Result
	// held says that it holds, but not yet for long enough.
	held bool
	// again is when time alone may change the verdict, zero for never.
	again time.Time
	// log is a run whose last log line would tell more.
	log *why.Run
	// missing says that the object is not there, and where else to look for it.
	missing *kube.Ref
}

// judgment is a verdict with its reason, before it belongs to a check. It has no
// verdict where nothing is in the way of an object and nothing is to come.
type judgment struct {
	verdict Verdict
	reason  lang.Message
	again   time.Time
	log     *why.Run
	missing *kube.Ref
}

func failed(reason lang.Message) judgment  { return judgment{verdict: Failed, reason: reason} }
func waiting(reason lang.Message) judgment { return judgment{verdict: Waiting, reason: reason} }

// judged makes a judgment of what was found out about an object.
func judged(f why.Finding) judgment {
	j := judgment{reason: f.Reason, again: f.Again, log: f.Log}
	switch f.State {
	case why.Blocked:
		j.verdict = Failed
	case why.Ongoing:
		j.verdict = Waiting
	default:
	}
	return j
}

// evaluate judges one check by what was seen. It is pure: now and the observation are
// all that it depends on; the context only interrupts expressions.
func evaluate(ctx context.Context, c Check, s observation, now time.Time) outcome {
	s = s.inOrder()
	f, diffs := judge(ctx, c, s, now)
	f = patient(f, c, s, now)
	out := outcome{
		Result: Result{Check: c, Verdict: f.verdict, Reason: f.reason, Differences: diffs, Since: now},
		again:  f.again, log: f.log, missing: f.missing,
	}
	if f.verdict == Waiting || f.verdict == Failed {
		out.Hint = hint(ctx, c, s)
	}
	out.Result = masked(out.Result, s.secrets)
	return out
}

func judge(ctx context.Context, c Check, s observation, now time.Time) (judgment, []Difference) {
	if !s.trouble.IsZero() {
		return judgment{verdict: Unknown, reason: s.trouble}, nil
	}
	if f, stop := judgePlace(s); stop {
		return f, nil
	}
	if f, stop := judgeMissing(c, s); stop {
		return f, nil
	}
	if f, stop := judgeDeleting(c, s); stop {
		return f, nil
	}
	if f, stop := judgeUnseen(c, s); stop {
		return f, nil
	}
	var e expectation
	if unasked(c, s) {
		return c.probe().judge(c, s, e, now), nil
	}
	e = expect(ctx, c, s)
	if !e.trouble.IsZero() {
		return judgment{verdict: Unknown, reason: e.trouble}, nil
	}
	f, e := judgeSome(ctx, c, s, e, now)
	return f, e.diffs
}

// judgeUnseen answers for what asks a workload's pods, while the workload's
// controller has not seen what its pods are to be: those of before would answer.
func judgeUnseen(c Check, s observation) (judgment, bool) {
	if _, asks := c.asker(); !asks || s.object == nil || !kube.Unobserved(s.object) || !kube.MakesPods(s.object.GroupVersionKind()) {
		return judgment{}, false
	}
	return waiting(why.Unobserved(s.object)), true
}

// unasked reports that there was nobody to ask, so that there is nothing to expect
// anything of.
func unasked(c Check, s observation) bool {
	asks, is := c.asker()
	return is && !asks.judgeable(s.reply)
}

// judgeMissing answers for the checks whose object is not there.
func judgeMissing(c Check, s observation) (judgment, bool) {
	about := c.probe().subject()
	if !about.one() || s.object != nil || about.unwanted {
		return judgment{}, false
	}
	m := kube.Ref{Kind: about.kind, Name: about.name, Namespace: s.namespace}
	if c.Object != nil {
		m.APIVersion = about.apiVersion
	}
	f := failed(why.Missing(m, s.Surroundings))
	f.missing = &m
	return f, true
}

// judgeObject decides between not yet and not so.
func judgeObject(s observation, e expectation, now time.Time) judgment {
	if e.held() {
		if kube.Unobserved(s.object) {
			return waiting(why.Unobserved(s.object))
		}
		return judgment{verdict: Passed}
	}
	if !e.mayChange() {
		return failed(e.reason())
	}
	f := judged(why.Progress(s.object, s.Surroundings, now))
	if !f.reason.IsZero() && wantsMore(s.object, e) {
		f.reason = words.And(e.reason(), lang.Messagef("spec.replicas is %d", "spec.replicas 是 %d", kube.WantedReplicas(s.object)))
	}
	return orElse(f, e.reason())
}

// orElse gives a settled object the reason of the expectation that is not met.
func orElse(f judgment, reason lang.Message) judgment {
	if f.verdict == "" {
		f.verdict = Failed
	}
	if f.reason.IsZero() {
		f.reason = reason
	}
	return f
}

// hint is the first whose condition holds.
func hint(ctx context.Context, c Check, s observation) string {
	vars := s.vars(c)
	// All of them together have the time of one expression.
	timed, cancel := context.WithTimeout(ctx, timing.Expression)
	defer cancel()
	for _, h := range c.Hints {
		if strings.TrimSpace(h.When) == "" {
			return h.Say
		}
		if h.condition == nil {
			continue
		}
		if held, err := h.condition.Holds(timed, vars); held && err == nil {
			return h.Say
		}
	}
	return ""
}

// givenUp reads as a sentence for the learner.
func givenUp(err error) lang.Message {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return noTimeLeft()
	}
	if !errors.Is(err, expr.ErrTooCostly) {
		return lang.Messagef("the condition can't be evaluated: %s", "无法计算这个条件：%s", words.Shorten(words.OneLine(err.Error()), 200))
	}
	return lang.Messagef("the condition is too expensive to evaluate", "条件的计算量太大")
}

func noTimeLeft() lang.Message {
	return lang.Messagef("the time ran out before it was checked", "没有时间查看了")
}
