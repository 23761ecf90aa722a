package kube

// Around knows the objects of one namespace, by their kinds. It lists them in an
// order of their own, whatever the order in which they were seen: a cache lists its
// objects as its map has them, another way each time, and what is judged must not
// depend on that. The nil Around has seen nothing. It is for one goroutine.
type Around struct {
	list  func(kind string) []*Object
	lists map[string][]*Object
}

// NewAround makes what knows the objects that list gives for a kind.
func NewAround(list func(kind string) []*Object) *Around {
	return &Around{list: list, lists: map[string][]*Object{}}
}

// List are the objects of a kind in order, none when nobody looked.
func (a *Around) List(kind string) []*Object {
	if a == nil {
		return nil
	}
	list, known := a.lists[kind]
	if !known {
		list = InOrder(a.list(kind))
		a.lists[kind] = list
	}
	return list
}
