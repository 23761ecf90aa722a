package service

import (
	"slices"
	"strconv"
	"strings"
)

// AtLeast reports whether a version such as "v1.0.2" or "3.0" is want or later.
// Parts that are missing are 0; what is no version is earlier than all.
func AtLeast(version string, want ...int) bool {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	have := make([]int, max(len(parts), len(want)))
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil {
			return false
		}
		have[i] = n
	}
	return slices.Compare(have, want) >= 0
}
