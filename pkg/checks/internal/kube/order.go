package kube

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// InOrder returns events by their time, the newest last, and other objects by their
// names.
func InOrder(list []*Object) []*Object {
	list = slices.Clone(list)
	if len(list) > 0 && list[0].GetKind() == "Event" {
		sortEvents(list)
		return list
	}
	slices.SortFunc(list, byName)
	return list
}

func byName(a, b *Object) int {
	return cmp.Or(
		cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()), cmp.Compare(a.GetUID(), b.GetUID()),
	)
}

// sortEvents puts events in the order in which they happened, as far as that can be
// known: most have whole seconds only.
func sortEvents(list []*Object) {
	type key struct {
		at      time.Time
		version uint64
		count   int64
	}
	keys := make(map[*Object]key, len(list))
	for _, e := range list {
		version, err := strconv.ParseUint(e.GetResourceVersion(), 10, 64)
		if err != nil {
			version = 0
		}
		keys[e] = key{EventTime(e), version, NumberOr(e.Object, "count", 1)}
	}
	slices.SortFunc(list, func(a, b *Object) int {
		x, y := keys[a], keys[b]
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.version, y.version), cmp.Compare(x.count, y.count), byName(a, b))
	})
}

// SortByName puts objects in the order of their names.
func SortByName(objects []*Object) { slices.SortFunc(objects, byName) }
