package match

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/kube"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// matcher compares a partial object with what was found. Maps are subsets, lists
// of maps match by their merge key and never by place, other lists as a whole
// unless the API calls them sets. Of a list or set, each wanted item needs a found
// one of its own. Scalars are the same when a manifest would write them the same
// (80 and "80"), amounts also where they are worth the same, but only where the API
// says that a field holds an amount.
type matcher struct {
	gaps []Gap
}

// Gap is one place where what was found is not what was wanted.
type Gap struct {
	// Path leads to the value, list items by their key, as in
	// "spec.containers[name=web].image".
	Path string
	// Wanted and Found are the values as a manifest would show them; Found is ""
	// when there is nothing at the path.
	Wanted, Found string
	// why says it in a sentence, where the difference alone would not do.
	why lang.Message
	// unsure says that it may be none, if the API's word were known.
	unsure bool
}

// Unsure reports that nothing is surely different.
func Unsure(gaps []Gap) bool {
	return len(gaps) > 0 && !slices.ContainsFunc(gaps, func(g Gap) bool { return !g.unsure })
}

func (m *matcher) maps(wanted, found map[string]any, path string, s *Shape) {
	for _, k := range slices.Sorted(maps.Keys(wanted)) {
		at := join(path, k)
		value, there := found[k]
		if wanted[k] == nil {
			if there && value != nil {
				m.gaps = append(m.gaps, differ(at, nil, value))
			}
			continue
		}
		if !there {
			m.gaps = append(m.gaps, unset(at, wanted[k]))
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

func (m *matcher) values(wanted, found any, path string, s *Shape) {
	unsure := false
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
		if sameScalar(wanted, found) {
			return
		}
		if sameQuantity(wanted, found) {
			if s.quantity() {
				return
			}
			unsure = s.unread()
		}
	}
	g := differ(path, wanted, found)
	g.unsure = unsure
	m.gaps = append(m.gaps, g)
}

func (m *matcher) lists(wanted, found []any, path string, s *Shape) {
	switch {
	case len(wanted) > 0 && allMaps(wanted) && allMaps(found):
		m.items(wanted, found, path, s)
		return
	case len(wanted) > 0 && s.set():
		if within(wanted, found, path, s) {
			return
		}
	case same(wanted, found, path, s):
		return
	}
	g := differ(path, wanted, found)
	g.unsure = s.unread() && len(wanted) > 0 && within(wanted, found, path, s)
	m.gaps = append(m.gaps, g)
}

func same(wanted, found []any, path string, s *Shape) bool {
	return slices.EqualFunc(wanted, found, func(w, f any) bool { return fitsIn(w, f, path, s.item()) })
}

// within reports that a set has every wanted item.
func within(wanted, found []any, path string, s *Shape) bool {
	owners := assign(len(wanted), len(found), func(w, f int) bool { return fitsIn(wanted[w], found[f], path, s.item()) })
	return !slices.Contains(owners, -1)
}

func fitsIn(wanted, found any, path string, s *Shape) bool {
	inner := matcher{}
	inner.values(wanted, found, path, s)
	return len(inner.gaps) == 0
}

func allMaps(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(map[string]any); return !ok })
}

// Reason says the difference in a sentence.
func (g Gap) Reason() lang.Message {
	if !g.why.IsZero() {
		return g.why
	}
	if g.Wanted == "null" {
		return lang.Messagef("%s is %s, wanted it unset", "%s 是 %s，应该不设置", g.Path, g.Found)
	}
	if g.Found == "" {
		return lang.Messagef("%s is not set, wanted %s", "%s 没有设置，应为 %s", g.Path, g.Wanted)
	}
	if strings.HasSuffix(g.Path, "]") && strings.HasPrefix(g.Wanted, "{") {
		return lang.Messagef("%s is missing, there is %s", "缺少 %s，现有 %s", g.Path, g.Found)
	}
	return lang.Messagef("%s is %s, wanted %s", "%s 是 %s，应为 %s", g.Path, g.Found, g.Wanted)
}

// Compare lists what an object lacks of what it must contain.
func Compare(o *kube.Object, wanted map[string]any, s *Shape) []Gap {
	m := matcher{}
	if kube.IsSecret(o) {
		m.gaps = inSecret(o, wanted)
		wanted = maps.Clone(wanted)
		maps.DeleteFunc(wanted, func(key string, value any) bool {
			_, values := value.(map[string]any)
			return values && (key == "data" || key == "stringData")
		})
	}
	m.maps(wanted, o.Object, "", s)
	return m.gaps
}
