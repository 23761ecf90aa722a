package match

// assign gives each of the wanted a found of its own, as many as possible, where
// fits allows it: a bipartite matching by Kuhn's augmenting paths. It returns the
// found of each wanted, -1 where none was left. The same input always gives the same
// answer: earlier ones are served first, with the first found that will do.
func assign(wanted, found int, fits func(w, f int) bool) []int {
	a := &assignment{found: found, fits: fits, of: make([]int, wanted), by: make([]int, found)}
	for f := range a.by {
		a.by[f] = -1
	}
	for w := range a.of {
		a.of[w] = -1
		a.seen = make([]bool, found)
		a.serve(w)
	}
	return a.of
}

type assignment struct {
	found int
	fits  func(w, f int) bool
	// of is the found of each wanted, by the wanted of each found.
	of, by []int
	seen   []bool
}

// serve finds a place for one wanted, where others may have to move.
func (a *assignment) serve(w int) bool {
	for f := range a.found {
		if a.seen[f] || !a.fits(w, f) {
			continue
		}
		a.seen[f] = true
		if a.by[f] < 0 || a.serve(a.by[f]) {
			a.of[w], a.by[f] = f, w
			return true
		}
	}
	return false
}
