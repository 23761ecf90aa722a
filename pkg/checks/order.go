package checks

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// inOrder gives the objects of a sight an order of their own.
func (s sight) inOrder() sight {
	s.objects = inOrder(s.objects)
	return s
}

// inOrder returns events by their time, the newest last, and other objects by their
// names.
func inOrder(list []*object) []*object {
	list = slices.Clone(list)
	if len(list) > 0 && list[0].GetKind() == "Event" {
		sortEvents(list)
		return list
	}
	slices.SortFunc(list, byName)
	return list
}

func byName(a, b *object) int {
	return cmp.Or(
		cmp.Compare(a.GetNamespace(), b.GetNamespace()), cmp.Compare(a.GetName(), b.GetName()), cmp.Compare(a.GetUID(), b.GetUID()),
	)
}

// sortEvents puts events in the order in which they happened, as far as that can be
// known: most have whole seconds only.
func sortEvents(list []*object) {
	type key struct {
		at      time.Time
		version uint64
		count   int64
	}
	keys := make(map[*object]key, len(list))
	for _, e := range list {
		version, err := strconv.ParseUint(e.GetResourceVersion(), 10, 64)
		if err != nil {
			version = 0
		}
		keys[e] = key{eventTime(e), version, numberOr(e.Object, "count", 1)}
	}
	slices.SortFunc(list, func(a, b *object) int {
		x, y := keys[a], keys[b]
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.version, y.version), cmp.Compare(x.count, y.count), byName(a, b))
	})
}
