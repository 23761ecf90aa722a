package checks

import (
	"context"
	"time"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/why"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
)

// What is being deleted does not count as there, and until it is gone it does not
// count as gone. A check whose expectations are about the deletion itself decides
// for itself.

// judgeDeleting answers for the checks whose one object is being deleted.
func judgeDeleting(c Check, s observation) (judgment, bool) {
	if c.probe().subject().unwanted || !kube.Deleting(s.object) || asksOfDeletion(c) {
		return judgment{}, false
	}
	return waiting(why.Deleting(s.object)), true
}

// judgeSome judges objects of which some are being deleted: the expectations must
// hold with them and without them.
func judgeSome(ctx context.Context, c Check, s observation, e expectation, now time.Time) (judgment, expectation) {
	var left []*kube.Object
	var going *kube.Object
	for _, o := range s.objects {
		switch {
		case !kube.Deleting(o):
			left = append(left, o)
		case going == nil:
			going = o
		}
	}
	if c.Objects == nil || going == nil || asksOfDeletion(c) {
		return c.probe().judge(c, s, e, now), e
	}
	s.objects = left
	without := expect(ctx, c, s)
	switch {
	case !without.trouble.IsZero():
		return judgment{verdict: Unknown, reason: without.trouble}, without
	case e.held() && without.held():
		return c.probe().judge(c, s, without, now), without
	case e.held(), without.held():
		return waiting(why.Deleting(going)), without
	}
	f := c.probe().judge(c, s, without, now)
	if f.verdict == Failed && without.mayChange() && f.reason == without.reason() {
		return waiting(words.And(f.reason, why.Deleting(going))), without
	}
	return f, without
}

// deletionField is what an expectation reads to learn that an object is being deleted.
const deletionField = "deletionTimestamp"

// asksOfDeletion reports that the expectations of a check are about the deletion.
func asksOfDeletion(c Check) bool {
	if metadata, ok := kube.At(c.Match, "metadata").(map[string]any); ok {
		if _, asked := metadata[deletionField]; asked {
			return true
		}
	}
	return c.condition.ReadsKey(deletionField)
}
