// Package nearest finds the name that a writer probably meant.
package nearest

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// Name returns the candidate that a writer most likely meant, or "" when none
// is near: at most a third of its letters (or two) differ, or one begins or ends with the
// other. Of two that are as near, the one of the same length wins: letters are
// swapped more often than lost.
func Name(name string, candidates []string) string {
	limit := max(len(name)/3+1, 3)
	best, distance := "", limit
	for _, c := range candidates {
		d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(c), nil)
		if contains(name, c) {
			d = min(d, limit-1)
		}
		closer := d < distance || d == distance && best != "" && len(c) == len(name) && len(best) != len(name)
		if closer && c != name {
			best, distance = c, d
		}
	}
	return best
}

// contains reports that one of two names begins or ends with the other, which
// must be long enough to mean something.
func contains(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= 4 && (strings.HasPrefix(a, b) || strings.HasSuffix(a, b))
}

// Hint ends a fault about an unknown name: with the nearest of those that are known,
// or with all of them.
func Hint(name string, known []string) string {
	if near := Name(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	if len(known) == 0 {
		return ""
	}
	return fmt.Sprintf(" (known: %s)", strings.Join(known, ", "))
}
