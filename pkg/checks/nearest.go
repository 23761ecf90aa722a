package checks

import (
	"fmt"
	"strings"

	"github.com/kubectl-learn/kubectl-learn/pkg/nearest"
)

// didYouMean renders the nearest candidate as the end of an error.
func didYouMean(name string, candidates []string) string {
	if n := nearest.Name(name, candidates); n != "" {
		return fmt.Sprintf(" (did you mean %q?)", n)
	}
	return fmt.Sprintf(" (known: %s)", strings.Join(candidates, ", "))
}
