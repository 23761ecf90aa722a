package checks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// differences compares a partial object with what was found. Maps are subsets,
// lists of maps match by their merge key and never by place, other lists as a
// whole, scalars by value whatever their type (80 and "80" are the same).
func differences(wanted map[string]any, found map[string]any) []Difference {
	m := matcher{}
	m.maps(wanted, found, "")
	return m.diffs
}

type matcher struct{ diffs []Difference }

func (m *matcher) differ(path string, wanted, found any, there bool) {
	d := Difference{Path: path, Wanted: plain(wanted)}
	if there {
		d.Found = plain(found)
	}
	m.diffs = append(m.diffs, d)
}

func (m *matcher) maps(wanted, found map[string]any, path string) {
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
		m.values(wanted[k], value, at)
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

func (m *matcher) values(wanted, found any, path string) {
	switch w := wanted.(type) {
	case map[string]any:
		if f, ok := found.(map[string]any); ok {
			m.maps(w, f, path)
			return
		}
	case []any:
		if f, ok := found.([]any); ok {
			m.lists(w, f, path)
			return
		}
	default:
		if sameScalar(wanted, found) || sameQuantity(wanted, found, path) {
			return
		}
	}
	m.differ(path, wanted, found, true)
}

func (m *matcher) lists(wanted, found []any, path string) {
	if len(wanted) == 0 || !allMaps(wanted) || !allMaps(found) {
		m.whole(wanted, found, path)
		return
	}
	for _, w := range wanted {
		if item, ok := w.(map[string]any); ok {
			m.item(item, found, path)
		}
	}
}

func (m *matcher) whole(wanted, found []any, path string) {
	same := slices.EqualFunc(wanted, found, func(w, f any) bool {
		inner := matcher{}
		inner.values(w, f, path)
		return len(inner.diffs) == 0
	})
	if !same {
		m.differ(path, wanted, found, true)
	}
}

// item compares one wanted item with the found item of the same key. Without a
// key any found item will do, and the nearest one is reported.
func (m *matcher) item(wanted map[string]any, found []any, path string) {
	key := keyOf(wanted, path)
	at := path + "[]"
	if key != "" {
		at = fmt.Sprintf("%s[%s=%s]", path, key, plain(wanted[key]))
	}
	var best []Difference
	for _, f := range found {
		item, ok := f.(map[string]any)
		if !ok || key != "" && !sameScalar(wanted[key], item[key]) {
			continue
		}
		inner := matcher{}
		inner.maps(wanted, item, at)
		if len(inner.diffs) == 0 {
			return
		}
		if best == nil || len(inner.diffs) < len(best) {
			best = inner.diffs
		}
	}
	if best == nil {
		best = []Difference{{Path: at, Wanted: plain(wanted), Found: keysFound(found, key)}}
	}
	m.diffs = append(m.diffs, best...)
}

// keysFound names the items that are there instead.
func keysFound(found []any, key string) string {
	var names []string
	for _, f := range found {
		if item, ok := f.(map[string]any); ok && item[key] != nil {
			names = append(names, plain(item[key]))
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
