package checks

import "context"

// read fills the cells that checks need. Of what they name alone the other objects
// of a kind are kept too where whole says so: names that are near explain.
func (e *Engine) read(ctx context.Context, checks []*looked, of func(*looked) needs, whole bool) cellMap {
	wants := map[cellKey]*want{}
	for _, c := range checks {
		about := c.check.probe().subject()
		for i, n := range of(c) {
			w := wants[n.key]
			if w == nil {
				w = &want{key: n.key, kind: n.kind, names: map[string]bool{}}
				wants[n.key] = w
			}
			main := i == 0
			w.judged = w.judged || main || n.decides
			name := ""
			switch {
			case n.place:
				name = about.in(c.namespace)
			case main && about.one():
				name = about.name
			}
			if name != "" {
				w.names[name] = true
			}
			w.all = w.all || name == "" || whole && !n.place
		}
	}
	return e.cluster.fill(ctx, wants)
}
