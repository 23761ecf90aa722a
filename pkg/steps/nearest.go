package steps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// didYouMean ends a fault with the nearest known name, or with all of them.
func didYouMean(name string, known []string) string {
	if near := nearest.Name(name, known); near != "" {
		return fmt.Sprintf("; the nearest is %q", near)
	}
	if len(known) == 0 {
		return ""
	}
	return "; known are " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}
