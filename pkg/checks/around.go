package checks

// around knows the objects of one namespace, by their kinds. It lists them in an
// order of their own, whatever the order in which they were seen: a cache lists its
// objects as its map has them, another way each time, and what is judged must not
// depend on that. The nil around has seen nothing. It is for one goroutine.
type around struct {
	list  func(kind string) []*object
	lists map[string][]*object
}

// newAround makes what knows the objects that list gives for a kind.
func newAround(list func(kind string) []*object) *around {
	return &around{list: list, lists: map[string][]*object{}}
}

// near are the objects of a kind in order, none when nobody looked.
func (a *around) near(kind string) []*object {
	if a == nil {
		return nil
	}
	list, known := a.lists[kind]
	if !known {
		list = inOrder(a.list(kind))
		a.lists[kind] = list
	}
	return list
}
