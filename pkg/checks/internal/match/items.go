package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// claim is a wanted item with the found ones that it may be.
type claim struct {
	item map[string]any
	// path names it by its keys.
	path string
	keys []string
	// near says what each found item of the same keys lacks.
	near map[int][]Gap
}

// items gives each wanted item a found one of its own, and reports the nearest of
// what is left for each that gets none.
func (m *matcher) items(wanted, found []any, path string, s *Shape) {
	claims := make([]claim, len(wanted))
	for i, w := range wanted {
		item, _ := w.(map[string]any)
		claims[i] = claimOf(item, found, path, s)
	}
	owners := assign(len(claims), len(found), func(w, f int) bool { return claims[w].fits(f) })
	taken := make([]bool, len(found))
	for _, f := range owners {
		if f >= 0 {
			taken[f] = true
		}
	}
	for i, c := range claims {
		if owners[i] < 0 {
			m.gaps = append(m.gaps, c.missed(found, taken, path, wanted)...)
		}
	}
}

// claimOf finds the items of the same keys. Without a key any found item will do.
// When no item has the keys that the API merges by, those that a reader would take
// for it are near.
func claimOf(wanted map[string]any, found []any, path string, s *Shape) claim {
	keys := present(wanted, s.keys())
	if len(keys) == 0 {
		keys = keyOf(wanted, path)
	}
	c := claim{item: wanted, path: itemPath(wanted, path, keys), keys: keys, near: nearItems(wanted, found, path, keys, s)}
	if other := keyOf(wanted, path); len(c.near) == 0 && len(other) > 0 {
		c.near = nearItems(wanted, found, path, other, s)
	}
	return c
}

func nearItems(wanted map[string]any, found []any, path string, keys []string, s *Shape) map[int][]Gap {
	near := map[int][]Gap{}
	for i, f := range found {
		item, ok := f.(map[string]any)
		if !ok || !sameKeys(wanted, item, keys) {
			continue
		}
		inner := matcher{}
		inner.maps(wanted, item, itemPath(wanted, path, keys), s.item())
		near[i] = inner.gaps
	}
	return near
}

func (c claim) fits(f int) bool {
	gaps, near := c.near[f]
	return near && len(gaps) == 0
}

// missed says what is missing: what the nearest item lacks that no other claim has
// taken; that there are too few, when those that fit are taken; or that there is none.
// It takes the item that it is about.
func (c claim) missed(found []any, taken []bool, path string, wanted []any) []Gap {
	best := -1
	for f := range found {
		if gaps, near := c.near[f]; near && !taken[f] && (best < 0 || nearer(gaps, c.near[best])) {
			best = f
		}
	}
	if best >= 0 {
		taken[best] = true
		return c.near[best]
	}
	for f := range found {
		if c.fits(f) {
			return []Gap{c.tooFew(found, path, wanted)}
		}
	}
	for f := range found {
		if gaps, near := c.near[f]; near && (best < 0 || nearer(gaps, c.near[best])) {
			best = f
		}
	}
	if best >= 0 {
		return c.near[best]
	}
	return []Gap{{Path: c.path, Wanted: words.Plain(c.item), Found: keysFound(found, c.keys)}}
}

// nearer orders what two items lack: what may be nothing at all first, then the
// fewer.
func nearer(a, b []Gap) bool {
	if Unsure(a) != Unsure(b) {
		return Unsure(a)
	}
	return len(a) < len(b)
}

// tooFew says that items fit, but that more are wanted than there are.
func (c claim) tooFew(found []any, path string, wanted []any) Gap {
	there := 0
	for f := range found {
		if c.fits(f) {
			there++
		}
	}
	alike := 0
	for _, w := range wanted {
		if fitsIn(w, c.item, path, nil) || fitsIn(c.item, w, path, nil) {
			alike++
		}
	}
	alike = max(alike, there+1)
	item := words.Plain(c.item)
	return Gap{
		Path: c.path, Wanted: fmt.Sprint(alike), Found: fmt.Sprint(there),
		why: lang.Messagef("%s needs %d items like %s and has %d; one item counts only once",
			"%s 需要 %d 项像 %s 这样的，现有 %d 项；每一项只算一次", path, alike, item, there),
	}
}

func sameKeys(wanted, item map[string]any, keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !sameScalar(wanted[key], item[key]) })
}

// itemPath names an item by its keys.
func itemPath(wanted map[string]any, path string, keys []string) string {
	named := make([]string, len(keys))
	for i, key := range keys {
		named[i] = fmt.Sprintf("%s=%s", key, words.Plain(wanted[key]))
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
			one = append(one, words.Plain(item[key]))
		}
		if len(one) > 0 {
			names = append(names, strings.Join(one, " "))
		}
	}
	return words.Shorten(strings.Join(names, ", "), 120)
}
