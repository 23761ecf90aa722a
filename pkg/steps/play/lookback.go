package play

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// lookBack looks again at the checks of finished steps and says what no
// longer passes. Where several steps look at the same thing, the last word counts:
// a lesson may change what it had asked for before.
func (p *Player) lookBack(ctx context.Context) error {
	last := map[string]checks.Check{}
	var order []string
	for _, s := range p.Lesson.Steps {
		if _, done := p.Record.Behind(s.ID); !done {
			continue
		}
		for _, c := range s.Checks() {
			key := c.Subject()
			if _, seen := last[key]; !seen {
				order = append(order, key)
			}
			last[key] = c
		}
	}
	if len(order) == 0 {
		return nil
	}
	cs := make([]checks.Check, len(order))
	for i, key := range order {
		cs[i] = last[key]
	}
	results, err := p.Cluster.Look(ctx, cs)
	if err != nil {
		return err
	}
	var gone []checks.Result
	for _, r := range results {
		if r.Verdict == checks.Failed {
			gone = append(gone, r)
		}
	}
	if len(gone) > 0 {
		p.Screen.Note(lang.Messagef("These used to pass, but no longer do:", "之前已经完成，但现在不再成立："))
		p.Screen.Results(gone)
		p.Screen.Note(lang.Messagef(
			"If a later step needs them, type `redo` there: the lesson restores what earlier steps created.",
			"如果后面的步骤需要它们，就在那里输入 `redo`：课程会把前面步骤创建的东西恢复回来。"))
	}
	return nil
}
