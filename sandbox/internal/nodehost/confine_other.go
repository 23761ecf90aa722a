//go:build !linux && !windows

package nodehost

// limitMemory is not known here: watchMemory does it.
func limitMemory(int64) bool { return false }

// lowerPriority is not done here.
func lowerPriority() {}

// restrict is not known here.
func restrict(boot) (files, network bool, err error) { return false, false, nil }
