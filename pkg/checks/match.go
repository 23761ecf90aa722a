package checks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// matcher compares a partial object with what was found. Maps are subsets, lists
// of maps match by their merge key and never by place, other lists as a whole
// unless the API calls them sets, scalars by value whatever their type (80 and "80"
// are the same).
type matcher struct {
	diffs []Difference
	// unsure says that a difference may be none, if the API's word were known.
	unsure bool
}

func (m *matcher) differ(path string, wanted, found any, there bool) {
	d := Difference{Path: path, Wanted: plain(wanted)}
	if there {
		d.Found = plain(found)
	}
	m.diffs = append(m.diffs, d)
}

func (m *matcher) maps(wanted, found map[string]any, path string, s *shape) {
	for _, k := range slices.Sorted(maps.Keys(wanted)) {
		at := join(path, k)
		value, there := found[k]
		if wanted[k] == nil {
			if there && value != nil {
				m.differ(at, nil, value, true)
			}
			continue
		}
		if !there {
			m.differ(at, wanted[k], nil, false)
			continue
		}
		m.values(wanted[k], value, at, s.field(k))
	}
}

// join writes a key with dots or slashes in brackets, as jq does.
func join(path, key string) string {
	if strings.ContainsAny(key, "./ ") {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func (m *matcher) values(wanted, found any, path string, s *shape) {
	switch w := wanted.(type) {
	case map[string]any:
		if f, ok := found.(map[string]any); ok {
			m.maps(w, f, path, s)
			return
		}
	case []any:
		if f, ok := found.([]any); ok {
			m.lists(w, f, path, s)
			return
		}
	default:
		if sameScalar(wanted, found) || (s.quantity() || holdsQuantities(path)) && sameQuantity(wanted, found) {
			return
		}
	}
	m.differ(path, wanted, found, true)
}

func (m *matcher) lists(wanted, found []any, path string, s *shape) {
	switch {
	case len(wanted) > 0 && allMaps(wanted) && allMaps(found):
		for _, w := range wanted {
			if item, ok := w.(map[string]any); ok {
				m.item(item, found, path, s)
			}
		}
	case len(wanted) > 0 && s.set():
		if !m.within(wanted, found, path, s) {
			m.differ(path, wanted, found, true)
		}
	case !m.same(wanted, found, path, s):
		m.differ(path, wanted, found, true)
		m.unsure = m.unsure || s.unread() && len(wanted) > 0 && m.within(wanted, found, path, s)
	}
}

func (m *matcher) same(wanted, found []any, path string, s *shape) bool {
	return slices.EqualFunc(wanted, found, func(w, f any) bool { return m.fits(w, f, path, s.item()) })
}

// within reports that a set has every wanted item.
func (m *matcher) within(wanted, found []any, path string, s *shape) bool {
	for _, w := range wanted {
		if !slices.ContainsFunc(found, func(f any) bool { return m.fits(w, f, path, s.item()) }) {
			return false
		}
	}
	return true
}

func (m *matcher) fits(wanted, found any, path string, s *shape) bool {
	inner := matcher{}
	inner.values(wanted, found, path, s)
	return len(inner.diffs) == 0
}

// item compares one wanted item with the found item of the same keys. Without a
// key any found item will do, and the nearest one is reported. When no item has
// the keys that the API merges by, one that a reader would take for it is.
func (m *matcher) item(wanted map[string]any, found []any, path string, s *shape) {
	keys := present(wanted, s.keys())
	if len(keys) == 0 {
		keys = keyOf(wanted, path)
	}
	best, fits := m.nearest(wanted, found, path, keys, s)
	if fits {
		return
	}
	if other := keyOf(wanted, path); best == nil && len(other) > 0 {
		best, _ = m.nearest(wanted, found, path, other, s)
	}
	if best == nil {
		best = []Difference{{Path: itemPath(wanted, path, keys), Wanted: plain(wanted), Found: keysFound(found, keys)}}
	}
	m.diffs = append(m.diffs, best...)
}

// nearest compares a wanted item with those of its keys.
func (m *matcher) nearest(wanted map[string]any, found []any, path string, keys []string, s *shape) (best []Difference, fits bool) {
	unsure := false
	for _, f := range found {
		item, ok := f.(map[string]any)
		if !ok || !sameKeys(wanted, item, keys) {
			continue
		}
		inner := matcher{}
		inner.maps(wanted, item, itemPath(wanted, path, keys), s.item())
		if len(inner.diffs) == 0 {
			return nil, true
		}
		unsure = unsure || inner.unsure
		if best == nil || len(inner.diffs) < len(best) {
			best = inner.diffs
		}
	}
	m.unsure = m.unsure || unsure
	return best, false
}

func sameKeys(wanted, item map[string]any, keys []string) bool {
	for _, key := range keys {
		if !sameScalar(wanted[key], item[key]) {
			return false
		}
	}
	return true
}

// itemPath names an item by its keys.
func itemPath(wanted map[string]any, path string, keys []string) string {
	named := make([]string, len(keys))
	for i, key := range keys {
		named[i] = fmt.Sprintf("%s=%s", key, plain(wanted[key]))
	}
	return path + "[" + strings.Join(named, ",") + "]"
}

// keysFound names the items that are there instead.
func keysFound(found []any, keys []string) string {
	var names []string
	for _, f := range found {
		item, _ := f.(map[string]any)
		var one []string
		for _, key := range present(item, keys) {
			one = append(one, plain(item[key]))
		}
		if len(one) > 0 {
			names = append(names, strings.Join(one, " "))
		}
	}
	return shorten(strings.Join(names, ", "), 120)
}

func allMaps(list []any) bool {
	for _, v := range list {
		if _, ok := v.(map[string]any); !ok {
			return false
		}
	}
	return true
}
