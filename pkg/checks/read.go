package checks

import (
	"context"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
)

// read fills the cells that checks need. Of what they name alone the other objects
// of a kind are kept too where whole says so: names that are near explain.
func (e *Engine) read(ctx context.Context, checks []*looked, of func(*looked) needs, whole bool) follow.Cells {
	wants := map[follow.Key]*follow.Want{}
	for _, c := range checks {
		about := c.check.probe().subject()
		for i, n := range of(c) {
			w := wants[n.key]
			if w == nil {
				w = &follow.Want{Key: n.key, Kind: n.kind, Names: map[string]bool{}}
				wants[n.key] = w
			}
			main := i == 0
			w.Judged = w.Judged || main || n.decides
			name := ""
			switch {
			case n.place:
				name = about.in(c.namespace)
			case main && about.one():
				name = about.name
			}
			if name != "" {
				w.Names[name] = true
			}
			w.All = w.All || name == "" || whole && !n.place
		}
	}
	return e.cluster.Fill(ctx, wants)
}
